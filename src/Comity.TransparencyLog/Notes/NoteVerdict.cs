namespace Comity.TransparencyLog;

/// <summary>A signature that held.</summary>
/// <param name="Key">The key that signed.</param>
/// <param name="At">When it was signed, to the second, as the cosigner says; null where the signature has no time.</param>
public sealed record VerifiedSignature(VerifierKey Key, DateTimeOffset? At);

/// <summary>What came of verifying a note.</summary>
public abstract record NoteVerdict
{
    private NoteVerdict()
    {
    }

    /// <summary>At least one known key signed, and no signature of a known key is wrong.</summary>
    /// <param name="By">One for each known key that signed; of several of one key the newest.</param>
    public sealed record Signed(IReadOnlyList<VerifiedSignature> By) : NoteVerdict;

    /// <summary>No known key signed.</summary>
    public sealed record NotSigned : NoteVerdict;

    /// <summary>A signature in the name of a known key is wrong, which refuses the whole note.</summary>
    /// <param name="Key">The key that did not sign.</param>
    public sealed record BadSignature(VerifierKey Key) : NoteVerdict;
}
