using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Comity.TransparencyLog;

/// <summary>
/// A proof in one file that a log holds an entry: its place, the path to the root and the signed checkpoint. Verifies with
/// the keys of log and cosigners alone, without the log (C2SP tlog-proof@v1).
/// </summary>
public sealed class LogProof
{
    /// <summary>The longest file in bytes: 2 MiB.</summary>
    public const int MaxLength = 2 * SignedNote.MaxLength;

    /// <summary>The longest extra data in bytes: 128 KiB.</summary>
    public const int MaxExtraLength = 128 * 1024;

    private const string Header = "c2sp.org/tlog-proof@v1";
    private const string ExtraPrefix = "extra ";
    private const string IndexPrefix = "index ";
    private const int MaxPathLength = 63;

    private readonly TreeHash[] _path;
    private readonly byte[] _extra;

    /// <summary>Puts a proof together.</summary>
    /// <param name="index">The place of the entry, from 0.</param>
    /// <param name="path">The proof for <see cref="InclusionProof.Verify"/> in the checkpoint's log, at most 63 hashes.</param>
    /// <param name="checkpoint">The checkpoint with its signatures.</param>
    /// <param name="extra">Whatever the reader needs beside, such as the entry itself; not protected by any signature.</param>
    /// <exception cref="ArgumentException">The index is negative, or the path or the extra data are too long.</exception>
    public LogProof(long index, ReadOnlySpan<TreeHash> path, SignedNote checkpoint, ReadOnlySpan<byte> extra = default)
    {
        if (index < 0 || path.Length > MaxPathLength || extra.Length > MaxExtraLength)
        {
            throw new ArgumentException(
                $"A proof has an index from 0, at most {MaxPathLength} hashes and at most {MaxExtraLength} bytes of extra data.");
        }

        (Index, _path, Checkpoint, _extra) = (index, path.ToArray(), checkpoint, extra.ToArray());
    }

    /// <summary>The place of the entry, from 0.</summary>
    public long Index { get; }

    /// <summary>The sibling hashes, from the leaf up.</summary>
    public ReadOnlySpan<TreeHash> Path => _path;

    /// <summary>The checkpoint as received, not verified.</summary>
    public SignedNote Checkpoint { get; }

    /// <summary>The extra data, which nothing protects; empty where there are none.</summary>
    public ReadOnlySpan<byte> Extra => _extra;

    /// <summary>Reads a proof in its one canonical spelling.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="proof">The proof, not yet verified.</param>
    /// <param name="fault">In English, which line is wrong.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LogProof? proof, [NotNullWhen(false)] out string? fault)
    {
        proof = null;
        if (bytes.Length > MaxLength)
        {
            fault = $"The proof has {bytes.Length} bytes; at most {MaxLength} are read.";
            return false;
        }

        var end = bytes.IndexOf("\n\n"u8);
        if (end < 0)
        {
            fault = "No empty line parts the proof from the checkpoint.";
            return false;
        }

        if (!SignedNote.TryParse(bytes[(end + 2)..], out var checkpoint, out fault))
        {
            fault = $"In the checkpoint: {fault}";
            return false;
        }

        // What is not ASCII becomes '?', which no line below accepts.
        return TryParseLines(Encoding.ASCII.GetString(bytes[..end]).Split('\n', MaxPathLength + 4), checkpoint, out proof, out fault);
    }

    /// <summary>The file. Reading it gives the same proof, byte for byte.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(Header).Append('\n');
        if (_extra.Length > 0)
        {
            text.Append(ExtraPrefix).Append(Convert.ToBase64String(_extra)).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"{IndexPrefix}{Index}\n");
        foreach (var hash in _path)
        {
            text.Append(hash).Append('\n');
        }

        return [.. Encoding.ASCII.GetBytes(text.ToString()), (byte)'\n', .. Checkpoint.ToBytes()];
    }

    /// <summary>Verifies that a log holds an entry.</summary>
    /// <param name="leafHash">The hash of the entry that the caller holds.</param>
    /// <param name="log">The log's key.</param>
    /// <param name="cosigners">The keys of known cosigners; how many must have signed is for the caller to say.</param>
    /// <param name="signed">The checkpoint that holds the entry.</param>
    /// <param name="fault">In English, what is wrong.</param>
    public bool TryVerify(
        in TreeHash leafHash,
        VerifierKey log,
        IReadOnlyCollection<VerifierKey> cosigners,
        [NotNullWhen(true)] out SignedCheckpoint? signed,
        [NotNullWhen(false)] out string? fault)
    {
        if (!SignedCheckpoint.TryOpen(Checkpoint.ToBytes(), log, cosigners, out signed, out fault))
        {
            return false;
        }

        var head = signed.Checkpoint.Head;
        fault = InclusionProof.Verify(head, Index, leafHash, _path) switch
        {
            ProofVerdict.Valid => null,
            ProofVerdict.OutOfRange => $"Entry {Index} is not among the {head.Size} entries of the checkpoint.",
            ProofVerdict.WrongLength =>
                $"The proof has {_path.Length} hashes; entry {Index} of {head.Size} needs {InclusionProof.LengthFor(Index, head.Size)}.",
            _ => $"The proof does not lead from this entry at {Index} to the root of the checkpoint.",
        };
        signed = fault is null ? signed : null;
        return fault is null;
    }

    private static bool TryParseLines(
        string[] lines, SignedNote checkpoint, [NotNullWhen(true)] out LogProof? proof, [NotNullWhen(false)] out string? fault)
    {
        (proof, fault) = (null, null);
        var extra = Array.Empty<byte>();
        var at = 1;
        if (lines[0] != Header)
        {
            fault = $"Line 1 of the proof is not {Header}.";
            return false;
        }

        if (lines.Length > at && lines[at].StartsWith(ExtraPrefix, StringComparison.Ordinal)
            && (!StrictBase64.TryDecode(lines[at++].AsSpan(ExtraPrefix.Length), out extra) || extra.Length is 0 or > MaxExtraLength))
        {
            fault = $"Line {at} of the proof is not extra data: 1 to {MaxExtraLength} bytes in base64.";
            return false;
        }

        if (lines.Length == at || !TryParseIndex(lines[at], out var index))
        {
            fault = $"Line {at + 1} of the proof is not an index: a decimal number below 2^63 without leading zeros.";
            return false;
        }

        var texts = lines.AsSpan(at + 1);
        var path = new TreeHash[Math.Min(texts.Length, MaxPathLength + 1)];
        for (var i = 0; i < path.Length; i++)
        {
            if (i == MaxPathLength || !TreeHash.TryParse(texts[i], out path[i]))
            {
                fault = $"Line {at + i + 2} of the proof is not one of at most {MaxPathLength} hashes: 32 bytes in base64.";
                return false;
            }
        }

        proof = new LogProof(index, path, checkpoint, extra);
        return true;
    }

    private static bool TryParseIndex(string line, out long index)
    {
        index = 0;
        return line.StartsWith(IndexPrefix, StringComparison.Ordinal)
            && long.TryParse(line.AsSpan(IndexPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out index)
            && (line[IndexPrefix.Length] != '0' || line.Length == IndexPrefix.Length + 1);
    }
}
