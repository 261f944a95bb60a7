using Comity.Core.Access;
using Comity.Core.Ledger;
using Comity.Tests.Api;
using Microsoft.Playwright;

namespace Comity.Browser.Tests;

public sealed class CheckPageTests(Browser browser, ThreeStates states, RunningNode alone)
{
    private const string Scan = "P<XARERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";

    [Theory]
    [MemberData(nameof(View.Each), MemberType = typeof(View))]
    public async Task Outcomes_shut_nobody_out(bool french, bool narrow)
    {
        var view = new View(french, narrow);
        var page = await OpenAsync(view);
        await page.LookAsync(view, "check");

        await page.Locator("#scan").FillAsync("X4410229");
        await page.Locator("#purpose").CheckAsync();
        await page.Locator("main button").ClickAsync();
        await page.LookAsync(view, "check-hit");

        await page.Locator("#scan").FillAsync("X441O229");
        await page.Locator("main button").ClickAsync();
        await page.LookAsync(view, "check-near");

        await page.Locator("#scan").FillAsync("?");
        await page.Locator("main button").ClickAsync();
        await page.LookAsync(view, "check-fault");
    }

    [Fact]
    public async Task A_hit_says_so_in_large_words_and_whom_to_call()
    {
        var page = await OpenAsync(new View());

        await page.Locator("#scan").FillAsync("b0000250");
        await page.GetByLabel("Border control").CheckAsync();
        await page.Locator("main button").ClickAsync();

        Assert.Equal("Hit", await page.Locator("h1").InnerTextAsync());
        Assert.Equal("+999 1", await page.Locator(".comity-phone").First.InnerTextAsync());   // other tests report documents, too
        Assert.Equal(1, await page.Locator(".comity-record--hit", new() { HasText = "lies in a reported range" }).CountAsync());
    }

    [Fact]
    public async Task No_record_is_said_with_its_time_and_stands_in_the_ledger()
    {
        var page = await browser.OpenAsync(alone.Address, await alone.TokenAsync(Rights.Check, "border-control"), new View());
        await page.GotoAsync("/documents/check");

        await page.Locator("#scan").FillAsync("Z9990001");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^No record as of \\d\\d:\\d\\dZ$"));
        var entry = long.Parse((await page.Locator(".comity-quiet").Last.InnerTextAsync()).Split("entry ")[1].Split(' ')[0].Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
        var leaf = alone.Host.Node.Context.Store.Read(session => session.First("SELECT leaf FROM entry WHERE log = @log AND idx = @idx", row => System.Text.Encoding.UTF8.GetString((byte[])row.GetValue(0)), ("@log", alone.Host.Node.Context.Membership.Ledger.Find(session)), ("@idx", entry)));
        Assert.Contains(LedgerKind.Check, leaf, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_silent_is_named()
    {
        var page = await OpenAsync(new View(French: true));

        await page.Locator("#scan").FillAsync("Z9990001");
        await page.Locator("#purpose").CheckAsync();
        await page.Locator("main button").ClickAsync();

        Assert.Equal("Incomplet", await page.Locator("h1").InnerTextAsync());
        Assert.Contains("XLY", await page.Locator(".comity-outcome").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_scanner_types_two_lines_and_the_next_traveller_follows_at_once(bool enterBetween)
    {
        var page = await browser.OpenAsync(alone.Address, await alone.TokenAsync(Rights.Check, "border-control"), new View());
        await page.GotoAsync("/documents/check");

        foreach (var number in new[] { "Z9990002", "Z9990003" })
        {
            await Assertions.Expect(page.Locator("#scan")).ToBeFocusedAsync();
            await Assertions.Expect(page.Locator("#scan")).ToHaveValueAsync("");
            await page.Keyboard.TypeAsync(Scan);
            if (enterBetween)
            {
                await page.Keyboard.PressAsync("Enter");
            }

            await page.Keyboard.TypeAsync(SecondLine(number));
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(page.Locator(".comity-outcome .comity-number")).ToHaveTextAsync(number);
        }

        Assert.Equal("Z9990002", await page.Locator("td.comity-number").InnerTextAsync());
    }

    [Fact]
    public async Task Without_script_a_document_is_checked_by_keyboard_alone()
    {
        var page = await browser.OpenAsync(alone.Address, await alone.TokenAsync(Rights.Check, "border-control"), new View(Script: false));
        await page.GotoAsync("/documents/check");

        await page.Keyboard.TypeAsync("Z9990004");
        foreach (var _ in new[] { "issuer", "case", "button" })
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("No record");
    }

    [Fact]
    public async Task What_cannot_be_read_is_told_beside_the_field_and_on_top_and_stays_there()
    {
        var page = await OpenAsync(new View());

        await page.Locator("#scan").FillAsync("A?1");
        await page.Locator("main button").ClickAsync();

        Assert.Equal("A?1", await page.Locator("#scan").InputValueAsync());
        await Assertions.Expect(page.Locator(".govuk-error-summary a[href='#purpose']")).ToBeVisibleAsync();
        await page.GetByLabel("Border control").CheckAsync();
        await page.Locator("main button").ClickAsync();
        await Assertions.Expect(page.Locator("#scan-error")).ToContainTextAsync("Character 2");
        await Assertions.Expect(page.Locator(".govuk-error-summary")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task An_outcome_stays_when_the_language_changes_and_nothing_is_asked_twice()
    {
        var page = await OpenAsync(new View(Script: false));
        await page.Locator("#scan").FillAsync("X4410229");
        await page.GetByLabel("Border control").CheckAsync();
        await page.Locator("main button").ClickAsync();
        var before = await page.Locator(".comity-quiet").Last.InnerTextAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Français" }).ClickAsync();

        Assert.Equal("Concordance", await page.Locator("h1").InnerTextAsync());
        Assert.Equal(before.Split("entry ")[1].Split(' ')[0], (await page.Locator(".comity-quiet").Last.InnerTextAsync()).Split("l’entrée ")[1].Split(' ')[0]);
    }

    [Fact]
    public async Task A_page_is_refused_to_whoever_may_not_check()
    {
        var page = await browser.OpenAsync(alone.Address, await alone.TokenAsync(Rights.Audit), new View());

        var answer = await page.GotoAsync("/documents/check");

        Assert.Equal(403, answer!.Status);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("This is not for you");
    }

    private static string SecondLine(string number)
    {
        var line = new System.Text.StringBuilder(number.PadRight(9, '<'));
        line.Append(Digit(line.ToString())).Append("XAR7408122F3204159ZE184226B<<<<<1");
        return line.Append(Digit(line.ToString(0, 10) + line.ToString(13, 7) + line.ToString(21, 22))).ToString();

        static int Digit(string field) => field.Select((c, i) => (c is >= '0' and <= '9' ? c - '0' : c == '<' ? 0 : c - 'A' + 10) * (i % 3 == 0 ? 7 : i % 3 == 1 ? 3 : 1)).Sum() % 10;
    }

    private async Task<IPage> OpenAsync(View view)
    {
        var page = await browser.OpenAsync(states.Address, await states.TokenAsync(), view);
        await page.GotoAsync("/documents/check");
        return page;
    }
}
