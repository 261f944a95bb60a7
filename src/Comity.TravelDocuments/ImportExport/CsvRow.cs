using System.Buffers;
using System.Text.Unicode;
using Comity.Core.Registers;

namespace Comity.TravelDocuments.ImportExport;

/// <summary>One row of CSV taken apart: RFC 4180, read strictly. The object is used again for every row.</summary>
internal sealed class CsvRow
{
    /// <summary>The most fields in a row.</summary>
    public const int MaxFields = 100;

    private readonly char[] _text = new char[RowReader.MaxRow];
    private readonly Range[] _fields = new Range[MaxFields];

    public int Count { get; private set; }

    /// <summary>A field without its quotes.</summary>
    public ReadOnlySpan<char> this[int field] => _text.AsSpan(_fields[field]);

    /// <summary>Takes a row apart.</summary>
    /// <param name="utf8">The row, at most <see cref="RowReader.MaxRow"/> bytes.</param>
    /// <param name="separator">Comma or semicolon.</param>
    /// <param name="fault">What is wrong, with the place in the row.</param>
    public bool TryParse(ReadOnlySpan<byte> utf8, char separator, out FieldFault fault)
    {
        Count = 0;
        fault = default;
        if (Utf8.ToUtf16(utf8, _text, out var good, out var length, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            fault = new("row", $"is not UTF-8 at byte {good + 1}", $"n’est pas de l’UTF-8 à l’octet {good + 1}");
            return false;
        }
        var text = _text.AsSpan(0, length);
        var at = 0;
        while (true)
        {
            if (Count == MaxFields)
            {
                fault = new("row", $"has more than {MaxFields} fields", $"a plus de {MaxFields} champs");
                return false;
            }
            var isRead = at < length && text[at] == '"' ? TryQuoted(text, separator, ref at, ref fault) : TryPlain(text, separator, ref at, ref fault);
            if (!isRead) return false;
            if (at >= length) return true;
            at++;
            if (at == length)
            {
                if (Count < MaxFields) _fields[Count++] = at..at;
                return true;
            }
        }
    }

    private bool TryPlain(Span<char> text, char separator, ref int at, ref FieldFault fault)
    {
        var stop = text[at..].IndexOfAny(separator, '"');
        var end = stop < 0 ? text.Length : at + stop;
        if (end < text.Length && text[end] == '"')
        {
            fault = new("row", $"has a quote inside a field that is not quoted, at character {end + 1}", $"a un guillemet dans un champ sans guillemets, au caractère {end + 1}");
            return false;
        }
        _fields[Count++] = at..end;
        at = end;
        return true;
    }

    /// <summary>Reads a quoted field and closes up doubled quotes in place.</summary>
    private bool TryQuoted(Span<char> text, char separator, ref int at, ref FieldFault fault)
    {
        var (from, to) = (at + 1, at + 1);
        var i = from;
        while (true)
        {
            var quote = text[i..].IndexOf('"');
            if (quote < 0)
            {
                fault = new("row", $"has a quote that is not closed, at character {at + 1}", $"a un guillemet non fermé, au caractère {at + 1}");
                return false;
            }
            text.Slice(i, quote).CopyTo(text[to..]);
            to += quote;
            i += quote + 1;
            if (i >= text.Length || text[i] != '"') break;
            text[to++] = '"';
            i++;
        }
        if (i < text.Length && text[i] != separator)
        {
            fault = new("row", $"has text after a closing quote, at character {i + 1}", $"a du texte après un guillemet fermant, au caractère {i + 1}");
            return false;
        }
        _fields[Count++] = from..to;
        at = i;
        return true;
    }
}
