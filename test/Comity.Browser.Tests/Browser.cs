using Comity.Browser.Tests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Browser))]

namespace Comity.Browser.Tests;

/// <summary>Debian's Chromium, started once. Where it is missing the tests say so and are skipped; with CI=true they fail.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Missing = "Chromium is missing (Debian: apt-get install chromium; elsewhere: name it in COMITY_CHROMIUM)";

    private static readonly string Program = Environment.GetEnvironmentVariable("COMITY_CHROMIUM") ?? "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Program))
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(30_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A window of somebody's own.</summary>
    public async Task<IPage> OpenAsync(Uri address, string? token, View view)
    {
        if (_browser is null)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", Missing);
            Assert.Skip(Missing);
        }

        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            Locale = view.French ? "fr-FR" : "en-GB",
            JavaScriptEnabled = view.Script,
            ViewportSize = new ViewportSize { Width = view.Narrow ? 360 : 1280, Height = 800 },
            ExtraHTTPHeaders = token is null ? [] : [KeyValuePair.Create("Authorization", "Bearer " + token)],
        });
        context.SetDefaultTimeout(60_000);   // a machine that builds beside it is slow, and no fault of the page
        return await context.NewPageAsync();
    }
}

/// <summary>How a person looks at a page.</summary>
public sealed record View(bool French = false, bool Narrow = false, bool Script = true)
{
    /// <summary>In both languages, wide and narrow: French, whose words are longer, in the narrow window.</summary>
    public static TheoryData<bool, bool> Each { get; } = new() { { false, false }, { true, true } };
}
