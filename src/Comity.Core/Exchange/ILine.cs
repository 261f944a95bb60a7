using Comity.Core.Members;

namespace Comity.Core.Exchange;

/// <summary>An envelope and its body on their way.</summary>
/// <param name="Service">The service, as it also stands in the envelope.</param>
/// <param name="Envelope">The compact JWS.</param>
/// <param name="Body">The salted body.</param>
public sealed record Transmission(string Service, string Envelope, byte[] Body);

/// <summary>What came back: an answer with its receipt, or a problem.</summary>
/// <param name="Status">200, or a problem's status.</param>
/// <param name="Receipt">The compact JWS of the receipt; null with a problem.</param>
/// <param name="Body">The salted body of the answer, or the problem's JSON.</param>
public sealed record LineAnswer(int Status, string? Receipt, byte[] Body);

/// <summary>The way to the other nodes: one place, so that a test can put a whole network into one process.</summary>
public interface ILine
{
    /// <summary>Sends and waits for the answer.</summary>
    /// <param name="to">The member; the line knows its address and pinned key from the charter.</param>
    /// <param name="transmission">What to send.</param>
    /// <param name="timeout">How long to wait for the whole answer.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="LineDownException">No answer came: nothing is known of what the other side did.</exception>
    Task<LineAnswer> SendAsync(MemberCode to, Transmission transmission, TimeSpan timeout, CancellationToken cancel);
}

/// <summary>No answer came from the other side.</summary>
/// <param name="message">What failed, for an operator.</param>
/// <param name="inner">The cause.</param>
public sealed class LineDownException(string message, Exception? inner = null) : Exception(message, inner);
