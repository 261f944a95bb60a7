using System.Globalization;

namespace Comity.Emrtd.Access;

/// <summary>Writes down what goes to and from a chip, to read it again without the chip. Holds personal data and, in plain sessions, keys.</summary>
public sealed class RecordingTransport(IChipTransport inner) : IChipTransport
{
    private readonly List<string> _lines = [];

    /// <summary>The lines: <c>&gt;</c> and a command, <c>&lt;</c> and its answer, in hexadecimal; an answer of <c>-</c> where the chip was gone.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <inheritdoc />
    public bool TryTransmit(ReadOnlySpan<byte> command, out ReadOnlyMemory<byte> response)
    {
        _lines.Add("> " + Convert.ToHexString(command));
        var there = inner.TryTransmit(command, out response);
        _lines.Add(there ? "< " + Convert.ToHexString(response.Span) : "< -");
        return there;
    }
}

/// <summary>Plays a recording: each command must be the recorded one, so the random bytes must be, too. Answers as a chip that is gone after the end.</summary>
public sealed class RecordedTransport : IChipTransport
{
    private readonly IReadOnlyList<(byte[] Command, byte[]? Response)> _exchanges;
    private int _at;

    private RecordedTransport(IReadOnlyList<(byte[] Command, byte[]? Response)> exchanges) => _exchanges = exchanges;

    /// <summary>Reads a recording.</summary>
    /// <param name="lines">As <see cref="RecordingTransport.Lines"/> writes them; empty lines and lines with <c>#</c> are passed over.</param>
    /// <param name="transport">The recording, or none.</param>
    /// <param name="fault">The first line that is wrong, with its number from 1.</param>
    public static bool TryRead(IEnumerable<string> lines, out RecordedTransport? transport, out string? fault)
    {
        (transport, fault) = (null, null);
        var exchanges = new List<(byte[], byte[]?)>();
        byte[]? command = null;
        var number = 0;
        foreach (var line in lines.Select(l => l.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            var gone = line == "< -";
            byte[] bytes = [];
            if (line.Length < 3 || line[1] != ' ' || line[0] is not ('<' or '>') || (line[0] == '>') != (command is null) || (!gone && !TryHex(line.AsSpan(2), out bytes)))
            {
                fault = string.Create(CultureInfo.InvariantCulture, $"Line {number}: a command ('> ' and hexadecimal digits) or its answer ('< ' and digits) is expected.");
                return false;
            }
            if (command is null) command = bytes;
            else
            {
                exchanges.Add((command, gone ? null : bytes));
                command = null;
            }
        }
        transport = new(exchanges);
        return true;
    }

    private static bool TryHex(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    /// <inheritdoc />
    public bool TryTransmit(ReadOnlySpan<byte> command, out ReadOnlyMemory<byte> response)
    {
        response = default;
        if (_at >= _exchanges.Count || !command.SequenceEqual(_exchanges[_at].Command) || _exchanges[_at].Response is not { } recorded) return false;
        _at++;
        response = recorded;
        return true;
    }
}
