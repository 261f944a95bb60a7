using Comity.Core.Registers;
namespace Comity.TravelDocuments.ImportExport;

/// <summary>
/// Cuts a stream into rows: at every line feed, or, where rows may be quoted, at every line feed outside quotes. Holds
/// one row at a time and never more than <see cref="MaxRow"/> bytes of it.
/// </summary>
internal sealed class RowReader(Stream stream, bool quoted)
{
    /// <summary>The longest row, in bytes.</summary>
    public const int MaxRow = 64 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly byte[] _buffer = new byte[2 * MaxRow];
    private int _start;
    private int _end;
    private int _rowLength;
    private int _rowStart;
    private bool _streamEnded;
    private bool _isFirst = true;
    private int _linesInRow;

    /// <summary>The row without its line end; holds until the next one is read.</summary>
    public ReadOnlySpan<byte> Row => _buffer.AsSpan(_rowStart, _rowLength);

    /// <summary>The line on which the row begins, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>How many bytes were read up to the end of the row.</summary>
    public long Position { get; private set; }

    /// <summary>Why the row cannot be read, or null. Then <see cref="Row"/> means nothing.</summary>
    public Words? Fault { get; private set; }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False at the end of the stream.</returns>
    public async ValueTask<bool> ReadAsync(CancellationToken cancel)
    {
        Line += _linesInRow;
        _linesInRow = 0;
        Fault = null;
        while (true)
        {
            if (!_isFirst || _end - _start >= ByteOrderMark.Length || _streamEnded)
            {
                SkipByteOrderMark();
                var length = FindRow(out var isComplete);
                if (isComplete || (_streamEnded && length is > 0 and <= MaxRow && !IsOpen)) return Take(length);
                if (length > MaxRow || (_streamEnded && length > 0)) return await TakeFirstLineAsync(cancel);
                if (_streamEnded) return false;
            }
            await FillAsync(cancel);
        }
    }

    /// <summary>Whether the row that <see cref="FindRow"/> looked at ended inside quotes.</summary>
    private bool IsOpen { get; set; }

    /// <summary>The length of the row that begins at the start of the buffer, its line feed included where it is complete.</summary>
    private int FindRow(out bool isComplete)
    {
        var rest = _buffer.AsSpan(_start, Math.Min(_end - _start, MaxRow + 1));
        var (at, closedAt) = (0, -2);
        _linesInRow = 0;
        IsOpen = false;
        while (true)
        {
            var next = quoted ? rest[at..].IndexOfAny((byte)'"', (byte)'\n') : rest[at..].IndexOf((byte)'\n');
            if (next < 0) break;
            at += next + 1;
            if (rest[at - 1] == '"')
            {
                // A quote opens a field only at its beginning, or goes on with one in which two stand for one.
                if (IsOpen) closedAt = at - 1;
                IsOpen = !IsOpen && (at == 1 || rest[at - 2] is (byte)',' or (byte)';' || closedAt == at - 2);
                continue;
            }
            _linesInRow++;
            if (IsOpen) continue;
            isComplete = true;
            return at;
        }
        isComplete = false;
        return rest.Length;
    }

    private bool Take(int length)
    {
        if (_linesInRow == 0) _linesInRow = 1;
        _rowStart = _start;
        _rowLength = length;
        if (_rowLength > 0 && _buffer[_start + _rowLength - 1] == '\n') _rowLength--;
        if (_rowLength > 0 && _buffer[_start + _rowLength - 1] == '\r') _rowLength--;
        Consume(length);
        return true;
    }

    /// <summary>Gives up on a row that is too long or whose quotes do not close, and goes on at the line after its first.</summary>
    private async ValueTask<bool> TakeFirstLineAsync(CancellationToken cancel)
    {
        Fault = IsOpen
            ? new($"has a quoted field that does not end within {MaxRow} bytes or the file", $"a un champ entre guillemets qui ne se termine pas en {MaxRow} octets ou avant la fin du fichier")
            : new($"is longer than {MaxRow} bytes", $"dépasse {MaxRow} octets");
        _linesInRow = 1;
        while (true)
        {
            var feed = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            Consume(feed < 0 ? _end - _start : feed + 1);
            if (feed >= 0 || _streamEnded) return true;
            await FillAsync(cancel);
        }
    }

    private void Consume(int length)
    {
        _start += length;
        Position += length;
    }

    private void SkipByteOrderMark()
    {
        if (_isFirst && _buffer.AsSpan(_start, _end - _start).StartsWith(ByteOrderMark)) Consume(ByteOrderMark.Length);
        _isFirst = false;
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancel);
        _end += read;
        _streamEnded = read == 0;
    }
}
