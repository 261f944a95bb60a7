using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Jose;
using Comity.Core.Recovery;
using Comity.Core.Storage;

namespace Comity.Home;

/// <summary>
/// Remembers outside the database how long this node's logs were, so that a database that was set back is found before the node
/// signs anything; and that a home was restored from a backup.
/// </summary>
internal sealed class PastGuard(NodeHome home, NodeStore store, OwnPast past)
{
    private const int MaxBytes = 1 << 20;

    private string? _written;

    private string SizesFile => home.Resolve("log-sizes.json");

    /// <summary>Says in a home that was restored where it came from; read at the next start.</summary>
    /// <param name="folder">The home.</param>
    /// <param name="made">When the backup was made.</param>
    public static void Mark(string folder, DateTimeOffset made) =>
        DurableFile.Replace(MarkOf(folder), Encoding.UTF8.GetBytes(new JsonObject { ["made"] = made.UtcDateTime }.ToJsonString()));

    /// <summary>Before the first signature: doubts the store where it was restored, or is shorter than it was.</summary>
    /// <param name="now">The time.</param>
    public async Task CheckAsync(DateTimeOffset now)
    {
        if (File.Exists(MarkOf(home.Path)))
        {
            using var mark = JsonDocument.Parse(File.ReadAllBytes(MarkOf(home.Path)));
            await past.DoubtAsync($"restored from a backup of {mark.RootElement.GetProperty("made").GetDateTime():yyyy-MM-dd HH:mm}Z: waiting for partners to say what they know of this node's logs", now);
            File.Delete(MarkOf(home.Path));
            DurableFile.SyncDirectory(home.Path);
        }

        var sizes = Sizes();
        if (Remembered().FirstOrDefault(log => sizes.GetValueOrDefault(log.Key) < log.Value) is { Key: not null } lost && past.Now.State != PastState.Unconfirmed)
        {
            await past.DoubtAsync(
                $"the database has {sizes.GetValueOrDefault(lost.Key)} entries of {lost.Key}, which had {lost.Value}: it was set back; waiting for partners to say what they know", now);
        }
    }

    /// <summary>Writes down how long the logs are, where they grew: every second, and when the node stops. A doubt stands in the database before this forgets what raised it.</summary>
    public void Remember()
    {
        var text = new JsonObject(Sizes().OrderBy(log => log.Key, StringComparer.Ordinal).Select(log => KeyValuePair.Create<string, JsonNode?>(log.Key, log.Value))).ToJsonString();
        if (text != _written)
        {
            DurableFile.Replace(SizesFile, Encoding.UTF8.GetBytes(text));
            _written = text;
        }
    }

    private static string MarkOf(string folder) => Path.Combine(folder, "restored.json");

    private Dictionary<string, long> Sizes() => store.Read(session => session.Query(
        "SELECT origin, size FROM log WHERE kind <> 'mirror'", row => (Origin: row.GetString(0), Size: row.GetInt64(1)))).ToDictionary(log => log.Origin, log => log.Size, StringComparer.Ordinal);

    /// <summary>What was written down; nothing where there is no such file, or it cannot be read: then partners are still asked.</summary>
    private IEnumerable<KeyValuePair<string, long>> Remembered()
    {
        if (!File.Exists(SizesFile) || new FileInfo(SizesFile).Length > MaxBytes || !StrictJson.TryParseObject(File.ReadAllBytes(SizesFile), 4, out var json, out _))
        {
            return [];
        }

        return json.EnumerateObject().Where(log => log.Value.ValueKind == JsonValueKind.Number && log.Value.TryGetInt64(out _)).Select(log => KeyValuePair.Create(log.Name, log.Value.GetInt64()));
    }
}
