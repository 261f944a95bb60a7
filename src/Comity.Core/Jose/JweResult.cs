namespace Comity.Core.Jose;

/// <summary>What came of opening an encrypted text: the plain bytes, or why not.</summary>
public abstract record JweResult
{
    private JweResult() { }

    /// <summary>The text was encrypted to this key, header and content as they stand. It does not say by whom.</summary>
    /// <param name="Header">The protected header, with the values bound into it.</param>
    /// <param name="Plaintext">The plain bytes.</param>
    public sealed record Opened(JoseHeader Header, byte[] Plaintext) : JweResult;

    /// <summary>Nothing could be opened.</summary>
    /// <param name="Fault">The kind of refusal.</param>
    /// <param name="Detail">Which part is wrong and how.</param>
    public sealed record Refused(JoseFault Fault, string Detail) : JweResult;
}
