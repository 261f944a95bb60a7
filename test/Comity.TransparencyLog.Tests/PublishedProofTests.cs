using Comity.Testing;
using System.Text.Json;

namespace Comity.TransparencyLog.Tests;

/// <summary>The right and wrong proofs that the transparency-dev project publishes for all implementations.</summary>
public class PublishedProofTests
{
    private sealed record Inclusion(ulong LeafIdx, ulong TreeSize, string Root, string LeafHash, string[]? Proof, string Desc, bool WantErr);

    private sealed record Consistency(ulong Size1, ulong Size2, string Root1, string Root2, string[]? Proof, string Desc, bool WantErr);

    [Fact]
    public void Every_published_inclusion_proof_is_judged_as_published() =>
        AssertAll<Inclusion>("inclusion", 53, proof => proof.WantErr, proof =>
            TreeHash.TryParse(proof.Root, out var root)
            && TreeHash.TryParse(proof.LeafHash, out var leaf)
            && TryParse(proof.Proof, out var path)
            && InclusionProof.Verify(new(unchecked((long)proof.TreeSize), root), unchecked((long)proof.LeafIdx), leaf, path) == ProofVerdict.Valid);

    [Fact]
    public void Every_published_consistency_proof_is_judged_as_published() =>
        AssertAll<Consistency>("consistency", 43, proof => proof.WantErr, proof =>
            TreeHash.TryParse(proof.Root1, out var older)
            && TreeHash.TryParse(proof.Root2, out var newer)
            && TryParse(proof.Proof, out var path)
            && ConsistencyProof.Verify(
                new(unchecked((long)proof.Size1), older), new(unchecked((long)proof.Size2), newer), path) == ProofVerdict.Valid);

    [Fact]
    public void The_published_entries_give_the_published_roots()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.SharedData("exchange/merkle"), "leaf-inputs.json")));
        var frontier = new TreeFrontier();
        foreach (var entry in file.RootElement.GetProperty("leafInputs").EnumerateArray())
        {
            frontier.Append(Rfc6962.LeafHash(Convert.FromHexString(entry.GetString()!)));
        }

        Assert.Equal(8, frontier.Size);
        Assert.Equal("XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=", frontier.Root.ToString());
    }

    private static void AssertAll<T>(string kind, int atLeast, Func<T, bool> wantsError, Func<T, bool> holds)
    {
        var files = Directory.GetFiles(Repository.SharedData($"exchange/merkle/{kind}"), "*.json", SearchOption.AllDirectories);
        Assert.True(files.Length >= atLeast, $"Only {files.Length} files.");
        foreach (var file in files)
        {
            var proof = JsonSerializer.Deserialize<T>(File.ReadAllText(file), JsonSerializerOptions.Web)!;
            Assert.True(holds(proof) != wantsError(proof), file);
        }
    }

    private static bool TryParse(string[]? texts, out TreeHash[] path)
    {
        path = new TreeHash[texts?.Length ?? 0];
        for (var i = 0; i < path.Length; i++)
        {
            if (!TreeHash.TryParse(texts![i], out path[i]))
            {
                return false;
            }
        }

        return true;
    }
}
