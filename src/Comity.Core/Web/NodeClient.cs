using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Comity.Core.Web;

/// <summary>The node said no.</summary>
/// <param name="problem">Its problem details.</param>
public sealed class NodeRefusedException(JsonObject problem) : Exception(Words(problem))
{
    /// <summary>The problem details as the node sent them.</summary>
    public JsonObject Problem { get; } = problem;

    private static string Words(JsonObject problem)
    {
        var errors = problem["errors"] is JsonArray faults ? string.Concat(faults.Select(fault => $"\n  {fault!["field"]}: {fault["reason"]}")) : "";
        return $"{problem["title"]}{(problem["detail"] is { } detail ? $" {detail}" : "")}{errors}";
    }
}

/// <summary>Talks to a running node's API, as the commands do.</summary>
public sealed class NodeClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Prepares to talk to a node; an empty token for what needs none.</summary>
    public NodeClient(Uri address, string token)
    {
        Address = address;
        _http = new HttpClient { BaseAddress = new Uri(address, "/api/v1/"), Timeout = TimeSpan.FromMinutes(30) };
        if (token.Length > 0)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Where the node is.</summary>
    public Uri Address { get; }

    /// <summary>Asks for something.</summary>
    /// <exception cref="NodeRefusedException">The node said no.</exception>
    public async Task<JsonNode> GetAsync(string path, CancellationToken cancel = default) => await ReadAsync(await _http.GetAsync(path, cancel), cancel);

    /// <summary>Sends something.</summary>
    /// <exception cref="NodeRefusedException">The node said no.</exception>
    public async Task<JsonNode> PostAsync(string path, JsonNode body, CancellationToken cancel = default, string? once = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (once is not null)
        {
            request.Headers.Add(Api.OnceHeader, once);
        }

        return await ReadAsync(await _http.SendAsync(request, cancel), cancel);
    }

    /// <summary>Puts something in the place of what is there.</summary>
    /// <exception cref="NodeRefusedException">The node said no.</exception>
    public async Task<JsonNode> PutAsync(string path, JsonNode body, CancellationToken cancel = default) => await ReadAsync(await _http.PutAsJsonAsync(path, body, cancel), cancel);

    /// <summary>Sends a file.</summary>
    /// <exception cref="NodeRefusedException">The node said no.</exception>
    public async Task<JsonNode> PostFileAsync(string path, Stream file, CancellationToken cancel = default)
    {
        using var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await ReadAsync(await _http.PostAsync(path, content, cancel), cancel);
    }

    /// <summary>Asks for a file.</summary>
    /// <exception cref="NodeRefusedException">The node said no.</exception>
    public async Task CopyToAsync(string path, Stream file, CancellationToken cancel = default)
    {
        using var response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (!response.IsSuccessStatusCode)
        {
            await ReadAsync(response, cancel);
        }

        await response.Content.CopyToAsync(file, cancel);
    }

    /// <summary>Takes something back.</summary>
    /// <exception cref="NodeRefusedException">The node said no.</exception>
    public async Task<JsonNode> DeleteAsync(string path, CancellationToken cancel = default) => await ReadAsync(await _http.DeleteAsync(path, cancel), cancel);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancel);
            var json = Parse(text);
            return response.IsSuccessStatusCode
                ? json ?? new JsonObject()
                : throw new NodeRefusedException(json as JsonObject ?? new JsonObject { ["title"] = $"The node answered {(int)response.StatusCode}.", ["status"] = (int)response.StatusCode });
        }
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
