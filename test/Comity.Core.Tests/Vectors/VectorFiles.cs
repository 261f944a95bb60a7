using Comity.Testing;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Jose;

namespace Comity.Core.Tests.Vectors;

/// <summary>
/// docs/protocol/vectors: what goes over the line, byte by byte, and what must come of it. ES256 signatures differ each time, so
/// the files are stored; with COMITY_WRITE_VECTORS=1 all of them are made anew, under new keys.
/// </summary>
internal static class VectorFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Lazy<string> Ready = new(Prepare);

    public static string Root => Repository.Root;

    public static string Folder => Ready.Value;

    public static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, file)))!.AsObject();

    public static void Write(string folder, string file, JsonObject json)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, json.ToJsonString(Indented) + "\n", new UTF8Encoding(false));
    }

    public static string Text(ReadOnlySpan<byte> bytes) => StrictBase64Url.Encode(bytes);

    public static byte[] Bytes(JsonNode? text) =>
        StrictBase64Url.TryDecode(text!.GetValue<string>(), out var bytes) ? bytes : throw new FormatException("A vector holds what is no base64url.");

    private static string Prepare()
    {
        var folder = Path.Combine(Root, "docs", "protocol", "vectors");
        if (Environment.GetEnvironmentVariable("COMITY_WRITE_VECTORS") == "1")
        {
            VectorWriter.WriteAllAsync(folder).GetAwaiter().GetResult();
        }

        return folder;
    }
}
