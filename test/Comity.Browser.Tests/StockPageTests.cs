using Microsoft.Playwright;

namespace Comity.Browser.Tests;

/// <summary>The stock of blanks by page, and the figures.</summary>
public sealed class StockPageTests(Browser browser, ThreeStates states)
{
    [Fact]
    public async Task A_missing_box_shows_as_a_gap_and_the_pages_shut_nobody_out()
    {
        var page = await browser.OpenAsync(states.Address, await states.TokenAsync(), new View(Script: false));
        foreach (var (status, first, last, place, box) in new[]
        {
            ("delivered", "S0000001", "S0010000", "Print works", ""), ("reportedLost", "S0000001", "S0000500", "Transport", "1"), ("inStock", "S0000501", "S0004000", "Central store", "2-8"),
            ("used", "S0004501", "S0005500", "Northern office", "10"), ("inStock", "S0005501", "S0010000", "Northern office", "11-20"), ("issued", "S0003901", "S0004000", "Central store", "8b"),
        })
        {
            await page.GotoAsync("/documents/stock");
            await page.Locator("#first").FillAsync(first);
            await page.Locator("#last").FillAsync(last);
            await page.Locator("#status").SelectOptionAsync(status);
            await page.Locator("#place").FillAsync(place);
            await page.Locator("#box").FillAsync(box);
            await page.GetByRole(AriaRole.Button, new() { Name = "Enter" }).ClickAsync();
            await Assertions.Expect(page.Locator(".govuk-notification-banner")).ToBeVisibleAsync();
        }

        await Assertions.Expect(page.Locator(".comity-needs")).ToContainTextAsync("S0004001-S0004500: 500 delivered to Print works and accounted for nowhere");
        Assert.Equal("400", await page.Locator("rect.missing[height='16']").GetAttributeAsync("x"));
        Assert.Equal("50", await page.Locator("rect.missing[height='16']").GetAttributeAsync("width"));
        foreach (var view in new[] { new View(), new View(French: true, Narrow: true) })
        {
            var look = await browser.OpenAsync(states.Address, await states.TokenAsync(), view);
            await look.GotoAsync("/documents/stock");
            await look.LookAsync(view, "stock");
            await look.Locator("main form button").ClickAsync();
            await look.LookAsync(view, "stock-fault");
        }
    }

    [Fact]
    public async Task A_fault_of_an_entry_stands_beside_its_field()
    {
        var page = await browser.OpenAsync(states.Address, await states.TokenAsync(), new View());
        await page.GotoAsync("/documents/stock");

        await page.Locator("#first").FillAsync("S1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enter" }).ClickAsync();

        await Assertions.Expect(page.Locator("#place-error")).ToContainTextAsync("Place is missing");
        Assert.Equal("S1", await page.Locator("#first").InputValueAsync());
    }

    [Theory]
    [MemberData(nameof(View.Each), MemberType = typeof(View))]
    public async Task Figures_shut_nobody_out(bool french, bool narrow)
    {
        var view = new View(french, narrow);
        var page = await browser.OpenAsync(states.Address, await states.TokenAsync(), view);

        await page.GotoAsync("/documents/statistics");
        await page.LookAsync(view, "statistics");

        await page.Locator("#since").FillAsync("yesterday");
        await page.Locator("main form button").ClickAsync();
        await Assertions.Expect(page.Locator("#since-error")).ToBeVisibleAsync();
    }
}
