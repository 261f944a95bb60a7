using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Commands;

/// <summary>A charter in a file: signed, partly signed, or a draft.</summary>
internal static class CharterFile
{
    /// <summary>Reads a charter, or a draft as the charter that it would be.</summary>
    /// <param name="path">The file.</param>
    /// <param name="charter">The charter; of its signatures nothing is said.</param>
    /// <param name="fault">On failure, what is wrong, with the file and the place in it.</param>
    public static bool TryRead(string path, [NotNullWhen(true)] out Charter? charter, [NotNullWhen(false)] out string? fault)
    {
        charter = null;
        if (!CommandFile.TryRead(path, 4 * Charter.MaxBytes, out byte[]? content, out fault))
        {
            return false;
        }

        if (!StrictJson.TryParseObject(content, StrictJson.DefaultDepth, out var json, out string? wrong))
        {
            fault = $"{path}: {wrong}";
            return false;
        }

        IReadOnlyList<string> faults;
        if (json.TryGetProperty("payload", out _))
        {
            Charter.TryRead(content, out charter, out faults);
        }
        else if (CharterDraft.TryRead(content, out var draft, out wrong))
        {
            draft.TryFinish(out charter, out faults);
        }
        else
        {
            faults = [wrong];
        }

        fault = charter is null ? string.Join(Environment.NewLine, faults.Select(f => $"{path}: {f}")) : null;
        return charter is not null;
    }

    /// <summary>What keeps a charter from following another; empty where nothing does.</summary>
    /// <param name="charter">The charter.</param>
    /// <param name="previous">The one before; null for a genesis.</param>
    /// <param name="genesis">The hash that the first of the two must have where it is a genesis; null where nobody said.</param>
    public static IReadOnlyList<string> Judge(Charter charter, Charter? previous, CharterHash? genesis)
    {
        if (charter.Number == 1)
        {
            return CharterChain.Pinned(genesis ?? charter.Hash).Add(charter) is CharterAddition.Refused refused ? [refused.Detail] : [];
        }

        if (previous is null)
        {
            return [$"--previous: charter {charter.Number} is judged by charter {charter.Number - 1}, which must be given"];
        }

        // A chain begins at its genesis, and here may be only its last two links.
        var faults = new List<string>();
        if (previous.Number == 1 && genesis is { } hash && previous.Hash != hash)
        {
            faults.Add($"the genesis has hash {previous.Hash}; {hash} was given");
        }

        if (charter.Network != previous.Network || charter.Number != previous.Number + 1 || charter.Previous != previous.Hash)
        {
            faults.Add($"$.previous: is {charter.Previous}, charter {charter.Number} of {charter.Network}; the charter given is number {previous.Number} of {previous.Network} with hash {previous.Hash}");
        }

        if (charter.Issued < previous.Issued)
        {
            faults.Add("$.issued: is before that of the charter before");
        }

        var tally = SignatureTally.Of(charter, previous);
        return tally.IsComplete ? faults : [.. faults, $"signatures: {Missing(tally)}"];
    }

    /// <summary>What is true of any charter: network, number, hash, who signed and who must still.</summary>
    public static void Facts(Reply reply, Charter charter, Charter? previous)
    {
        var tally = SignatureTally.Of(charter, previous);
        bool judged = charter.Number == 1 || previous is not null;
        reply.Fact("network", charter.Network).Fact("number", charter.Number)
            .Fact("hash", charter.Hash.ToString())
            .Fact("fingerprint", charter.Hash.ToFingerprint(), charter.Number == 1 ? $"genesis hash, to be read out in person: {charter.Hash.ToFingerprint()}" : null)
            .Fact("signed", Codes(tally.Standing.Concat(tally.New).Where(e => e.Signed)), $"signed by {Names(tally.Standing.Concat(tally.New).Where(e => e.Signed))}");
        if (judged)
        {
            reply.Fact("complete", tally.IsComplete, tally.IsComplete ? "signatures complete" : $"signatures NOT complete: {Missing(tally)}");
        }
    }

    private static string Missing(SignatureTally tally)
    {
        var absent = tally.New.Where(e => !e.Signed);
        string[] parts =
        [
            .. tally.Signed < tally.Needed ? [$"{tally.Signed} of the members before signed, {tally.Needed} must"] : Array.Empty<string>(),
            .. absent.Any() ? [$"{Names(absent)} must sign with a root that is new"] : Array.Empty<string>(),
        ];
        return string.Join("; ", parts);
    }

    private static IEnumerable<string> Distinct(IEnumerable<SignatureTally.Entry> entries) => entries.Select(e => e.Member.ToString()).Distinct().Order(StringComparer.Ordinal);

    private static JsonArray Codes(IEnumerable<SignatureTally.Entry> entries) => new([.. Distinct(entries).Select(c => JsonValue.Create(c))]);

    private static string Names(IEnumerable<SignatureTally.Entry> entries) => Distinct(entries).ToArray() is { Length: > 0 } names ? string.Join(", ", names) : "nobody";
}
