using System.Runtime.CompilerServices;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Comity.Browser.Tests;

/// <summary>What is done with every page: look whether anybody is shut out, and keep a picture.</summary>
internal static class Looking
{
    private static readonly string Pictures = Path.Combine(Root(), "artifacts", "pages");

    /// <summary>Everything that is done with every page.</summary>
    public static async Task LookAsync(this IPage page, View view, string name)
    {
        await page.PictureAsync(view, name);
        await page.NobodyIsShutOutAsync();
        await page.NothingSticksOutAsync();
    }

    /// <summary>Fails where axe finds something serious or critical.</summary>
    public static async Task NobodyIsShutOutAsync(this IPage page)
    {
        var found = await page.RunAxe();
        var bad = found.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id} ({violation.Impact}): {violation.Help}\n    " + string.Join("\n    ", violation.Nodes.Select(node => node.Html)));
        Assert.True(!bad.Any(), $"{page.Url}\n{string.Join('\n', bad)}");
    }

    /// <summary>Fails where the page is wider than the window.</summary>
    public static async Task NothingSticksOutAsync(this IPage page)
    {
        var (inner, outer) = (await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("document.documentElement.clientWidth"));
        Assert.True(inner <= outer, $"{page.Url} is {inner} wide in a window of {outer}");
    }

    /// <summary>Keeps a picture of the whole page in artifacts/pages.</summary>
    public static async Task PictureAsync(this IPage page, View view, string name)
    {
        var file = $"{name}-{(view.French ? "fr" : "en")}-{(view.Narrow ? "narrow" : "wide")}.png";
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, file), FullPage = true });
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
