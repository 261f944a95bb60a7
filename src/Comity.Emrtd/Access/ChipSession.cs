using Comity.Emrtd.Ber;
using Comity.Emrtd.Lds;

namespace Comity.Emrtd.Access;

/// <summary>Why something asked of a chip did not come about.</summary>
public enum ChipFault
{
    /// <summary>It came about.</summary>
    None,

    /// <summary>The chip is gone.</summary>
    Lost,

    /// <summary>The chip refused; see the status word.</summary>
    Refused,

    /// <summary>An answer was not protected by the session's keys, or wrongly.</summary>
    Tampered,

    /// <summary>An answer does not have the form that the protocol gives it.</summary>
    Malformed,

    /// <summary>The chip did not prove that it knows what it should.</summary>
    NotProven,

    /// <summary>The chip asks for parameters that are not known here.</summary>
    Unsupported,

    /// <summary>A file claims to be larger than is read, or gives no more bytes.</summary>
    LimitReached,
}

/// <summary>What came of one step with a chip.</summary>
/// <param name="Fault">What went wrong.</param>
/// <param name="Status">The chip's last status word; 0 where there was none.</param>
public readonly record struct ChipOutcome(ChipFault Fault, int Status = 0x9000)
{
    /// <summary>Whether it came about.</summary>
    public bool IsSuccess => Fault == ChipFault.None;

    /// <summary>The fault and the status word.</summary>
    public override string ToString() => $"{Fault} {Status:X4}";
}

/// <summary>A conversation with one chip: plain at first, under session keys after access control. Not for several threads.</summary>
public sealed class ChipSession(IChipTransport transport)
{
    private static readonly byte[] Application = [0xA0, 0, 0, 2, 0x47, 0x10, 1];
    private SecureMessaging? _messaging;

    /// <summary>How many bytes a READ BINARY asks for; 1 to 65,000. Default: 223, what fits a short answer under any session keys.</summary>
    public int ReadLength { get; init; } = 223;

    /// <summary>Whether commands go under session keys.</summary>
    public bool IsSecured => _messaging is not null;

    internal void Secure(SecureMessaging? messaging) => _messaging = messaging;

    /// <summary>Sends a command under the session's keys, where there are any, and gives the plain answer.</summary>
    /// <param name="command">The plain command.</param>
    /// <param name="response">The plain answer.</param>
    public ChipOutcome Send(ChipCommand command, out ChipResponse response)
    {
        var messaging = _messaging;
        var sent = messaging is null ? command : messaging.Wrap(command);
        response = default;
        if (!transport.TryTransmit(sent.Encode(), out var bytes)) return new(ChipFault.Lost, 0);
        if (!ChipResponse.TryRead(bytes, out response)) return new(ChipFault.Malformed, 0);
        if (messaging is not null)
        {
            // A bare status word under session keys is the chip's way to end the session (Doc 9303-11 §9.8.3).
            if (response.Data.IsEmpty) return Ended(response.Status == 0x9000 ? ChipFault.Tampered : ChipFault.Refused, response.Status);
            if (!messaging.TryUnwrap(response, out response)) return Ended(ChipFault.Tampered, 0);
        }
        return new(response.HasData ? ChipFault.None : ChipFault.Refused, response.Status);
    }

    private ChipOutcome Ended(ChipFault fault, int status) => new(fault, status);

    /// <summary>Selects the application of travel documents (Doc 9303-10 §3.6.1.1).</summary>
    public ChipOutcome SelectApplication() => Send(new(0, 0xA4, 4, 0x0C, Application), out _);

    /// <summary>Selects a file by its two-byte identifier: some chips know no short ones.</summary>
    public ChipOutcome Select(EmrtdFile file)
    {
        var identifier = EmrtdFiles.IdentifierOf(file);
        return Send(new(0, 0xA4, 2, 0x0C, new byte[] { (byte)(identifier >> 8), (byte)identifier }), out _);
    }

    /// <summary>Reads a whole file: its length stands in its first bytes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="content">Tag, length and value.</param>
    /// <param name="progress">Told of the bytes read and of all.</param>
    /// <param name="cancel">Stops between two commands.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ChipOutcome Read(EmrtdFile file, out ReadOnlyMemory<byte> content, Action<int, int>? progress = null, CancellationToken cancel = default)
    {
        content = default;
        var selected = Select(file);
        if (!selected.IsSuccess) return selected;
        var first = ReadBinary(0, 8, out var head);
        if (!first.IsSuccess) return first;
        if (!TlvReader.TryHeader(head.Span, out _, out var header, out var length) || length < 0) return new(ChipFault.Malformed);
        if (header + length > ChipContent.MaxFile) return new(ChipFault.LimitReached);

        var whole = new byte[header + (int)length];
        var at = Math.Min(head.Length, whole.Length);
        head.Span[..at].CopyTo(whole);
        var step = ReadLength;
        while (at < whole.Length)
        {
            cancel.ThrowIfCancellationRequested();
            var outcome = ReadBinary(at, Math.Min(step, whole.Length - at), out var chunk);
            // A chip that cannot give so many says so by 6700 or 6Cxx; fewer are tried once more.
            if (outcome is { Fault: ChipFault.Refused, Status: 0x6700 or (>= 0x6C00 and <= 0x6CFF) } && step > 64)
            {
                step /= 2;
                continue;
            }
            if (!outcome.IsSuccess) return outcome;
            if (chunk.IsEmpty) return new(ChipFault.LimitReached, outcome.Status);
            var taken = Math.Min(chunk.Length, whole.Length - at);
            chunk.Span[..taken].CopyTo(whole.AsSpan(at));
            at += taken;
            progress?.Invoke(at, whole.Length);
        }
        content = whole;
        return new(ChipFault.None);
    }

    /// <summary>READ BINARY: beyond 32,767 with an odd instruction and the offset as an element (ISO/IEC 7816-4 §7.2.3).</summary>
    private ChipOutcome ReadBinary(int offset, int length, out ReadOnlyMemory<byte> data)
    {
        ChipOutcome outcome;
        ChipResponse response;
        if (offset < 0x8000) outcome = Send(new(0, 0xB0, (byte)(offset >> 8), (byte)offset, default, length), out response);
        else
        {
            byte[] at = [(byte)(offset >> 16), (byte)(offset >> 8), (byte)offset];
            outcome = Send(new(0, 0xB1, 0, 0, TlvWriter.Of(0x54, at[0] == 0 ? at[1..] : at), Math.Min(length + 8, 256)), out response);
            if (outcome.IsSuccess)
            {
                var reader = new TlvReader(response.Data, 0, null);
                data = reader.TryNext(out var tlv) && tlv.Tag is 0x53 or 0x73 ? tlv.Value : default;
                return outcome;
            }
        }
        data = response.Data;
        return outcome;
    }
}
