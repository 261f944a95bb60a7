using System.Buffers.Binary;
using System.Text;

namespace Comity.TransparencyLog;

/// <summary>Signs notes, such as a log's own checkpoints, with Ed25519 (C2SP signed-note, type 0x01).</summary>
/// <remarks>Safe for use by several threads.</remarks>
public sealed class NoteSigner
{
    private readonly Ed25519PrivateKey _key;

    /// <summary>Signs under a name.</summary>
    /// <param name="name">The name of the key; for a log the origin of its checkpoints.</param>
    /// <param name="key">The key; must not be disposed of while this is in use.</param>
    /// <exception cref="ArgumentException">The name breaks the rule of C2SP signed-note.</exception>
    public NoteSigner(string name, Ed25519PrivateKey key)
    {
        _key = key;
        VerifierKey = new VerifierKey(name, NoteAlgorithm.Ed25519, key.PublicKey);
    }

    /// <summary>What a reader must know to verify.</summary>
    public VerifierKey VerifierKey { get; }

    /// <summary>Signs a text that ends in a newline.</summary>
    public NoteSignature Sign(string text) =>
        new(VerifierKey.Name, VerifierKey.Id, _key.Sign(Encoding.UTF8.GetBytes(text)));

    /// <summary>A checkpoint as a note with this one signature.</summary>
    public SignedNote Sign(Checkpoint checkpoint)
    {
        var text = checkpoint.ToString();
        return SignedNote.Create(text, Sign(text));
    }
}

/// <summary>Signs other logs' checkpoints together with the time (C2SP tlog-cosignature, type 0x04).</summary>
/// <remarks>
/// A cosignature says that this is the largest head of that log which the cosigner has seen, and that it was
/// consistent with all before: whoever calls has verified that and stored the head first. Safe for use by several threads.
/// </remarks>
public sealed class Cosigner
{
    private readonly Ed25519PrivateKey _key;

    /// <summary>Cosigns under a name.</summary>
    /// <param name="name">The name of the key.</param>
    /// <param name="key">The key, of this one cosigner alone; must not be disposed of while this is in use.</param>
    /// <exception cref="ArgumentException">The name breaks the rule of C2SP signed-note.</exception>
    public Cosigner(string name, Ed25519PrivateKey key)
    {
        _key = key;
        VerifierKey = new VerifierKey(name, NoteAlgorithm.CosignatureV1, key.PublicKey);
    }

    /// <summary>What a reader must know to verify.</summary>
    public VerifierKey VerifierKey { get; }

    /// <summary>Cosigns a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint that was found consistent.</param>
    /// <param name="at">The time, from 1970 on; fractions of a second are dropped.</param>
    public NoteSignature Cosign(Checkpoint checkpoint, DateTimeOffset at)
    {
        var seconds = at.ToUnixTimeSeconds();
        ArgumentOutOfRangeException.ThrowIfNegative(seconds, nameof(at));
        var signature = new byte[sizeof(long) + Ed25519PublicKey.SignatureLength];
        BinaryPrimitives.WriteInt64BigEndian(signature, seconds);
        var message = NoteSignatures.CosignedMessage(Encoding.UTF8.GetBytes(checkpoint.ToString()), seconds);
        _key.Sign(message).CopyTo(signature.AsSpan(sizeof(long)));
        return new NoteSignature(VerifierKey.Name, VerifierKey.Id, signature);
    }
}
