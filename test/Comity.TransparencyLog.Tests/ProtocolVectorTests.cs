using Comity.Testing;
using System.Text;

namespace Comity.TransparencyLog.Tests;

/// <summary>The worked example of docs/protocol/log.md is what this library makes.</summary>
public class ProtocolVectorTests
{
    [Fact]
    public void The_documented_checkpoint_is_made_from_the_documented_seeds_and_entries()
    {
        var log = new NoteSigner("utopia.example/feed", new Ed25519PrivateKey(Seed(0)));
        var witness = new Cosigner("arcadia.example/witness", new Ed25519PrivateKey(Seed(32)));
        var frontier = new TreeFrontier();
        foreach (var entry in new[] { "one", "two", "three" })
        {
            frontier.Append(Rfc6962.LeafHash(Encoding.ASCII.GetBytes(entry)));
        }

        var checkpoint = new Checkpoint(log.VerifierKey.Name, frontier.Head);
        var note = log.Sign(checkpoint).With(witness.Cosign(checkpoint, DateTimeOffset.FromUnixTimeSeconds(1767355200)));
        string[] lines = [log.VerifierKey.ToString(), witness.VerifierKey.ToString(), .. note.ToString().Split('\n')];
        var example = string.Join("\n", lines.Select(line => line.Length == 0 ? "" : "    " + line));

        Assert.Contains(example, Document());
    }

    private static byte[] Seed(int first) => [.. Enumerable.Range(first, 32).Select(i => (byte)i)];

    private static string Document() => File.ReadAllText(Repository.In("docs", "protocol", "log.md"));
}
