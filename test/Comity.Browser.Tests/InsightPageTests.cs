using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Web.Pages;
using Comity.Pages.Network;
using Comity.Tests.Api;
using Microsoft.Playwright;

namespace Comity.Browser.Tests;

/// <summary>Members, feeds, the network's picture, the ledger, who asked, and hits.</summary>
public sealed class InsightPageTests(Browser browser, ThreeStates states)
{
    private static readonly Rights All = Rights.Check | Rights.Publish | Rights.Audit | Rights.Operate | Rights.Protect;

    [Theory]
    [MemberData(nameof(View.Each), MemberType = typeof(View))]
    public async Task Members_feeds_and_the_picture_shut_nobody_out(bool french, bool narrow)
    {
        var view = new View(french, narrow);
        var page = await OpenAsync(view);
        foreach (var name in new[] { "members", "feeds", "network" })
        {
            await page.GotoAsync("/" + name);
            await page.LookAsync(view, name);
        }
    }

    [Theory]
    [InlineData(12, false)]
    [InlineData(49, true)]
    [InlineData(49, false)]
    [InlineData(80, true)]
    public async Task A_picture_of_many_members_names_each_apart_from_the_others_and_within_its_frame(int partners, bool narrow)
    {
        var view = new View(Narrow: narrow);
        var page = await OpenAsync(view);
        await page.GotoAsync("/network");
        await page.EvaluateAsync("picture => document.querySelector('.comity-network').outerHTML = picture", Picture.Draw(MemberCode.Parse("UTO"), ManyLines(partners), new Speech(Language.English, states.Utopia.Node.Context.Now)).Value!);
        await page.PictureAsync(view, $"network-{partners}");

        Assert.Equal(partners, await page.Locator(".net-name").CountAsync());
        var (crowded, outside) = (await page.EvaluateAsync<string[]>(Crowded), await page.EvaluateAsync<string[]>(Outside));
        Assert.Empty(crowded);
        Assert.Empty(outside);
    }

    /// <summary>Names whose ends towards the middle are nearer to one another than a line is high: beyond, the rays part.</summary>
    private const string Crowded =
        """
        () => { const names = [...document.querySelectorAll('.net-name')];
          const at = name => { const point = name.ownerSVGElement.createSVGPoint(); point.x = +name.getAttribute('x'); point.y = +name.getAttribute('y'); return point.matrixTransform(name.ownerSVGElement.getScreenCTM()); };
          const high = name => parseFloat(getComputedStyle(name).fontSize) * name.ownerSVGElement.getScreenCTM().a;
          return names.filter((name, i) => names.some((other, j) => j > i && Math.hypot(at(name).x - at(other).x, at(name).y - at(other).y) < high(name))).map(name => name.textContent); }
        """;

    private const string Outside =
        """
        () => { const frame = document.querySelector('.comity-network').getBoundingClientRect();
          return [...document.querySelectorAll('.net-name')].filter(name => { const box = name.getBoundingClientRect();
            return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1; }).map(name => name.textContent); }
        """;

    /// <summary>Partners of which every fifth gives us trouble.</summary>
    private List<Line> ManyLines(int count)
    {
        var some = states.Utopia.Node.Context.Membership.Directory.Members.First();
        return
        [
            .. Enumerable.Range(0, count).Select(i => new Line(
                some with { Listed = some.Listed with { Code = MemberCode.Parse($"X{(char)('A' + (i / 26))}{(char)('A' + (i % 26))}") } },
                i % 5 == 0 ? LineState.Stale : LineState.Good, null, [], null, i % 7 == 0 ? LineState.Behind : LineState.Good, 1, 1, [], null)),
        ];
    }

    [Theory]
    [MemberData(nameof(View.Each), MemberType = typeof(View))]
    public async Task Ledger_hits_and_who_asked_shut_nobody_out(bool french, bool narrow)
    {
        await HitAsync("V1000001");
        var view = new View(french, narrow);
        var page = await OpenAsync(view);
        await page.GotoAsync("/hits");
        await page.LookAsync(view, "hits");
        await page.GotoAsync("/ledger");
        await page.LookAsync(view, "ledger");
        await page.Locator("#found tbody a").First.ClickAsync();
        await page.LookAsync(view, "ledger-entry");
        await page.GotoAsync("/ledger/verify");
        await page.LookAsync(view, "ledger-verify");
        await page.GotoAsync("/ledger/asked");
        await page.Locator("#Subject").FillAsync("?");
        await page.Locator("main form button").ClickAsync();
        await page.LookAsync(view, "asked-fault");
        await page.Locator("#Subject").FillAsync("v1000001");
        await page.Locator("main form button").First.ClickAsync();
        await page.LookAsync(view, "asked");
    }

    [Fact]
    public async Task A_hit_is_shown_with_its_record_and_marked_as_read_without_script()
    {
        await HitAsync("V1000002");
        var page = await OpenAsync(new View(Script: false));
        await page.GotoAsync("/hits?unread=true");
        var hit = page.Locator("section.comity-record", new() { HasText = "V1000002" });
        Assert.Contains("The record is in force.", await hit.InnerTextAsync(), StringComparison.Ordinal);

        await hit.GetByRole(AriaRole.Button).ClickAsync();

        Assert.Contains("Marked as read", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("section.comity-record", new() { HasText = "V1000002" }).CountAsync());
    }

    [Fact]
    public async Task The_ledger_is_searched_an_entry_proved_and_its_proof_verified_without_script()
    {
        await HitAsync("V1000003");
        var page = await OpenAsync(new View(Script: false));
        await page.GotoAsync("/ledger");
        await page.Locator("#Kind").SelectOptionAsync("check");
        await page.Locator("#Outcome").SelectOptionAsync("hit");
        await page.Locator(".comity-search button").ClickAsync();
        Assert.All(await page.Locator("#found tbody td:nth-child(3)").AllInnerTextsAsync(), text => Assert.StartsWith("A check", text, StringComparison.Ordinal));

        await page.Locator("#found tbody a").First.ClickAsync();
        var download = await page.APIRequest.GetAsync(new Uri(states.Address, await page.GetByText("Download the proof file").GetAttributeAsync("href")).ToString());
        Assert.StartsWith("attachment", download.Headers["content-disposition"], StringComparison.Ordinal);
        await page.GotoAsync("/ledger/verify");
        await page.Locator("#proof").SetInputFilesAsync(new FilePayload { Name = "proof.json", MimeType = "application/json", Buffer = await download.BodyAsync() });
        await page.GetByText("Verify the file").ClickAsync();
        Assert.Contains("stands in the ledger of UTO", await page.Locator("#verdict").InnerTextAsync(), StringComparison.Ordinal);

        await page.GotoAsync("/ledger?From=yesterday");
        Assert.Contains("Write a time as", await page.Locator("#From-error").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_is_verified_with_progress_and_an_end()
    {
        var page = await OpenAsync(new View());
        await page.GotoAsync("/ledger/verify");

        await page.GetByRole(AriaRole.Button, new() { Name = "Verify everything" }).ClickAsync();

        await Assertions.Expect(page.Locator("#walk")).ToContainTextAsync("All is as it was signed", new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task The_officer_for_data_protection_finds_who_asked_and_nothing_of_it_is_in_the_address()
    {
        await HitAsync("V1000004");
        var page = await OpenAsync(new View(Script: false), Rights.Protect);
        await page.GotoAsync("/ledger/asked");
        await page.Locator("#Subject").FillAsync("V 1000-004");
        await page.Locator("main form button").ClickAsync();

        Assert.Contains("border-control", await page.Locator("#answer").InnerTextAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("1000", page.Url, StringComparison.Ordinal);
        Assert.Contains("says that you looked", await page.Locator("#answer").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_age_of_a_partners_records_is_told_with_what_it_means_and_a_partner_is_contacted_by_a_press()
    {
        var page = await OpenAsync(new View(Script: false));
        await page.GotoAsync("/feeds");
        Assert.Contains("a check without a hit will be called incomplete after", await page.Locator("section", new() { HasText = "(XAR)" }).First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("Nothing was ever received from", await page.Locator("section", new() { HasText = "(XLY)" }).First.InnerTextAsync(), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "Contact XAR now" }).ClickAsync();

        Assert.Contains("XAR answered", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_charter_is_refused_beside_its_field_and_operating_is_for_operators()
    {
        var page = await OpenAsync(new View(Script: false));
        await page.GotoAsync("/members");
        await page.Locator("#document").SetInputFilesAsync(new FilePayload { Name = "charter.jws", MimeType = "application/json", Buffer = "{}"u8.ToArray() });
        await page.GetByRole(AriaRole.Button, new() { Name = "Hand it in" }).ClickAsync();
        Assert.Contains("Refused", await page.Locator("#document-error").InnerTextAsync(), StringComparison.Ordinal);

        var auditor = await OpenAsync(new View(Script: false), Rights.Audit);
        await auditor.GotoAsync("/members");
        Assert.Equal(0, await auditor.Locator("#document").CountAsync());
        await auditor.GotoAsync("/feeds");
        Assert.Equal(0, await auditor.GetByRole(AriaRole.Button, new() { NameRegex = new("Contact") }).CountAsync());
        Assert.Equal(403, (await auditor.GotoAsync("/hits"))!.Status);
        Assert.Equal(403, (await auditor.GotoAsync("/ledger/asked"))!.Status);
    }

    /// <summary>Utopia publishes a document, and checks it.</summary>
    private async Task HitAsync(string number)
    {
        using var client = new HttpClient { BaseAddress = states.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await states.TokenAsync());
        await client.Post("travel-documents/records", new System.Text.Json.Nodes.JsonObject
        {
            ["records"] = System.Text.Json.Nodes.JsonNode.Parse($$"""[{"v":1,"issuer":"UTO","type":"P","number":"{{number}}","kind":"stolen","date":"2026-01-03","enteredBy":"Document desk"}]"""),
        }).Json();
        await client.Post("travel-documents/checks", new System.Text.Json.Nodes.JsonObject { ["purpose"] = "border-control", ["number"] = number, ["issuer"] = "UTO" }).Json();
    }

    private async Task<IPage> OpenAsync(View view, Rights? rights = null) => await browser.OpenAsync(states.Address, await states.TokenAsync(rights ?? All), view);
}
