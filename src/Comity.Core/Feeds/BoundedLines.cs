using System.Text;

namespace Comity.Core.Feeds;

/// <summary>Reads ASCII lines of bounded length from a stream of any length.</summary>
internal sealed class BoundedLines(Stream stream, int longest) : IDisposable
{
    private readonly MemoryStream _line = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start, _end;

    /// <summary>Set where a line was too long.</summary>
    public string? Fault { get; private set; }

    /// <summary>The next line without its end; null at the end of the stream or where <see cref="Fault"/> is set.</summary>
    public async Task<string?> NextAsync(CancellationToken cancel)
    {
        _line.SetLength(0);
        while (true)
        {
            var at = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            var take = (at < 0 ? _end : at) - _start;
            if (_line.Length + take > longest)
            {
                Fault = $"is longer than {longest} bytes";
                return null;
            }

            _line.Write(_buffer, _start, take);
            if (at >= 0)
            {
                _start = at + 1;
                return Encoding.ASCII.GetString(_line.GetBuffer(), 0, (int)_line.Length);
            }

            (_start, _end) = (0, await stream.ReadAsync(_buffer, cancel));
            if (_end == 0)
            {
                return null;
            }
        }
    }

    public void Dispose() => _line.Dispose();
}
