using System.Net;
using System.Text.RegularExpressions;

namespace Comity.Demo;

/// <summary>Somebody who uses a node's pages with a browser that runs no script.</summary>
internal sealed partial class DemoVisitor(Uri node) : IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { CookieContainer = new CookieContainer(), UseProxy = false })
    {
        BaseAddress = node, DefaultRequestHeaders = { { "Accept", "text/html" } },
    };

    /// <summary>Goes to a page.</summary>
    public async Task<string> GoAsync(string path, CancellationToken cancel) => await TextAsync(await _http.GetAsync(path, cancel), cancel);

    /// <summary>Fills in the form of a page that leads to an address, and sends it.</summary>
    /// <returns>The page that comes then.</returns>
    /// <exception cref="IOException">There is no such form.</exception>
    public async Task<string> SendAsync(string page, string address, CancellationToken cancel, params (string Name, string Value)[] fields)
    {
        var form = Form().Matches(page).FirstOrDefault(form => WebUtility.HtmlDecode(form.Groups["action"].Value).Split('?')[0] == address)
            ?? throw new IOException($"there is no form for {address} on the page");
        var hidden = Hidden().Matches(form.Groups["inside"].Value).Where(field => Attribute(field.Value, "type") == "hidden")
            .Select(field => KeyValuePair.Create(Attribute(field.Value, "name"), Attribute(field.Value, "value")));
        using var content = new FormUrlEncodedContent([.. hidden, .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        return await TextAsync(await _http.PostAsync(WebUtility.HtmlDecode(form.Groups["action"].Value), content, cancel), cancel);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        using (response)
        {
            return await response.Content.ReadAsStringAsync(cancel);
        }
    }

    private static string Attribute(string element, string name) =>
        WebUtility.HtmlDecode(Regex.Match(element, name + "=\"(?<value>[^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups["value"].Value);

    [GeneratedRegex("<form[^>]*action=\"(?<action>[^\"]*)\"[^>]*>(?<inside>.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex Hidden();
}
