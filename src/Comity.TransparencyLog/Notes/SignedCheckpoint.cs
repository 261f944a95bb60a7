using System.Diagnostics.CodeAnalysis;

namespace Comity.TransparencyLog;

/// <summary>A checkpoint that its log has signed, and who else did. Only <see cref="TryOpen"/> makes one.</summary>
public sealed class SignedCheckpoint
{
    private SignedCheckpoint(SignedNote note, Checkpoint checkpoint, IReadOnlyList<VerifiedSignature> cosignatures) =>
        (Note, Checkpoint, Cosignatures) = (note, checkpoint, cosignatures);

    /// <summary>The note as received, signatures of unknown keys included.</summary>
    public SignedNote Note { get; }

    /// <summary>What the log states.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>The verified cosignatures, one for each known cosigner that signed.</summary>
    public IReadOnlyList<VerifiedSignature> Cosignatures { get; }

    /// <summary>Reads and verifies a checkpoint of one log.</summary>
    /// <param name="bytes">The note as received.</param>
    /// <param name="log">The log's key, whose name must be the origin of the checkpoint.</param>
    /// <param name="cosigners">The keys of known cosigners; how many must have signed is for the caller to say.</param>
    /// <param name="signed">The checkpoint, signed by the log.</param>
    /// <param name="fault">In English, what is wrong and in which line.</param>
    /// <returns>False where it is malformed, of another log, not signed by the log, or a known signature is wrong.</returns>
    public static bool TryOpen(
        ReadOnlySpan<byte> bytes,
        VerifierKey log,
        IReadOnlyCollection<VerifierKey> cosigners,
        [NotNullWhen(true)] out SignedCheckpoint? signed,
        [NotNullWhen(false)] out string? fault)
    {
        signed = null;
        if (!SignedNote.TryParse(bytes, out var note, out fault) || !Checkpoint.TryParse(note.Text, out var checkpoint, out fault))
        {
            return false;
        }

        if (checkpoint.Origin != log.Name)
        {
            fault = $"Line 1 of the checkpoint names another log than {log.Name}.";
            return false;
        }

        switch (note.Verify([log, .. cosigners]))
        {
            case NoteVerdict.BadSignature bad:
                fault = $"The signature of {bad.Key.Name} is wrong.";
                return false;
            case NoteVerdict.Signed { By: var by } when by.Any(s => s.Key.Equals(log)):
                signed = new SignedCheckpoint(note, checkpoint, [.. by.Where(s => !s.Key.Equals(log))]);
                return true;
            default:
                fault = $"The checkpoint is not signed by {log.Name}.";
                return false;
        }
    }
}
