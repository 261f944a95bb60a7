namespace Comity.Core.Jose;

/// <summary>What came of checking a signed text: the payload, or why not.</summary>
public abstract record JwsResult
{
    private JwsResult() { }

    /// <summary>The signature is that key's over exactly this payload.</summary>
    /// <param name="Header">The protected header.</param>
    /// <param name="Key">The key that signed.</param>
    /// <param name="Payload">The bytes signed.</param>
    public sealed record Valid(JoseHeader Header, VerifyingKey Key, ReadOnlyMemory<byte> Payload) : JwsResult;

    /// <summary>Nothing in the text may be believed.</summary>
    /// <param name="Fault">The kind of refusal.</param>
    /// <param name="Detail">Which part is wrong and how; holds nothing of the payload.</param>
    public sealed record Refused(JoseFault Fault, string Detail) : JwsResult;
}

/// <summary>Why a JWS or JWE is refused.</summary>
public enum JoseFault
{
    /// <summary>Longer than the reader takes.</summary>
    TooLarge,

    /// <summary>Not the serialisation of RFC 7515 or RFC 7516.</summary>
    Malformed,

    /// <summary>Another algorithm than the one allowed, "none" among them.</summary>
    UnsupportedAlgorithm,

    /// <summary>The header lists as critical what this reader does not understand.</summary>
    UnknownCritical,

    /// <summary>Another kind of document than the one expected (<c>typ</c>).</summary>
    WrongType,

    /// <summary>No <c>kid</c>, or no such key is known.</summary>
    UnknownKey,

    /// <summary>The signature does not fit, or the text was not encrypted to this key as it stands.</summary>
    NotAuthentic,
}
