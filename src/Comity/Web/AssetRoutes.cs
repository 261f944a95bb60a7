using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Comity.Web;

/// <summary>The pages' style sheet and scripts, from within the program. Their address holds their hash, so that a browser never asks twice.</summary>
internal static class AssetRoutes
{
    private const string Folder = "assets/";

    private static readonly FrozenDictionary<string, Asset> Assets = Read();

    private sealed record Asset(string Path, string Type, byte[] Plain, byte[] Brotli);

    /// <summary>The address of a file.</summary>
    /// <param name="name">comity.css, comity.js, htmx.js, passkey.js or icon.svg.</param>
    public static string PathOf(string name) => Assets[name].Path;

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var asset in Assets.Values)
        {
            routes.MapGet(asset.Path, http => SendAsync(http, asset)).ExcludeFromDescription().AllowAnonymous();
        }
    }

    private static Task SendAsync(HttpContext http, Asset asset)
    {
        var brotli = http.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == "br" && encoding.Quality is null or > 0);
        var bytes = brotli ? asset.Brotli : asset.Plain;
        http.Response.ContentType = asset.Type;
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (brotli)
        {
            http.Response.Headers.ContentEncoding = "br";
        }

        return http.Response.Body.WriteAsync(bytes).AsTask();
    }

    private static FrozenDictionary<string, Asset> Read()
    {
        var names = typeof(AssetRoutes).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && !name.EndsWith(".br", StringComparison.Ordinal));
        return names.Select(resource =>
        {
            var plain = Bytes(resource);
            var name = resource[Folder.Length..];
            var hash = Convert.ToHexStringLower(SHA256.HashData(plain))[..12];
            return (name, new Asset($"/assets/{hash}/{name}", TypeOf(Path.GetExtension(name)), plain, Bytes(resource + ".br")));
        }).ToFrozenDictionary(item => item.name, item => item.Item2);
    }

    private static string TypeOf(string extension) => extension switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };

    private static byte[] Bytes(string resource)
    {
        using var stream = typeof(AssetRoutes).Assembly.GetManifestResourceStream(resource)!;
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }
}
