using Comity.Core.Access;
using Comity.Tests.Api;

namespace Comity.Browser.Tests;

public sealed class HomePageTests(Browser browser, RunningNode node, ThreeStates states)
{
    [Theory]
    [MemberData(nameof(View.Each), MemberType = typeof(View))]
    public async Task The_first_page_shuts_nobody_out(bool french, bool narrow)
    {
        var view = new View(french, narrow);
        var page = await browser.OpenAsync(states.Address, await states.TokenAsync(), view);

        await page.GotoAsync("/");

        await page.LookAsync(view, "home");
    }

    [Fact]
    public async Task The_language_is_changed_without_script_and_the_page_stays()
    {
        var page = await browser.OpenAsync(node.Address, await node.TokenAsync(Rights.Check, "border-control"), new View(Script: false));
        await page.GotoAsync("/?x=1");

        await page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Français" }).ClickAsync();

        Assert.EndsWith("/?x=1", page.Url, StringComparison.Ordinal);
        Assert.Equal("fr", await page.Locator("html").GetAttributeAsync("lang"));
    }

    [Fact]
    public async Task Whoever_is_not_known_comes_to_the_sign_in()
    {
        var page = await browser.OpenAsync(node.Address, null, new View());

        await page.GotoAsync("/");

        Assert.EndsWith("/sign-in", page.Url, StringComparison.Ordinal);
    }
}
