using System.Buffers.Binary;
using System.Reflection;

namespace Comity.Core.Requests.Printing;

/// <summary>A typeface that lies in the program: which characters it has, and how wide they are. OpenType 1.9, tables cmap, head, hhea, hmtx.</summary>
internal sealed class Typeface
{
    private const string Folder = "Comity.Core.Requests.Printing.Fonts.";
    private readonly Dictionary<int, ushort> _glyphs = [];
    private readonly ushort[] _advances;
    private readonly int _unitsPerEm;

    private Typeface(string file, string name)
    {
        Name = name;
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Folder + file)!;
        Bytes = new byte[stream.Length];
        stream.ReadExactly(Bytes);
        _unitsPerEm = Short(Table("head") + 18);
        _advances = new ushort[Short(Table("hhea") + 34)];
        for (var i = 0; i < _advances.Length; i++)
        {
            _advances[i] = Short(Table("hmtx") + (4 * i));
        }

        ReadGlyphs(Table("cmap"));
    }

    public static Typeface Regular { get; } = new("DejaVuSans.ttf", "DejaVuSans");

    public static Typeface Bold { get; } = new("DejaVuSans-Bold.ttf", "DejaVuSans-Bold");

    /// <summary>Its PostScript name.</summary>
    public string Name { get; }

    /// <summary>The file.</summary>
    public byte[] Bytes { get; }

    /// <summary>How many glyphs it has.</summary>
    public int Glyphs => Short(Table("maxp") + 4);

    /// <summary>The glyph of a character that it has.</summary>
    public ushort Glyph(int codePoint) => _glyphs[codePoint];

    /// <summary>A glyph's width in thousandths of the size.</summary>
    public int Advance(ushort glyph) => _advances[Math.Min(glyph, _advances.Length - 1)] * 1000 / _unitsPerEm;

    /// <summary>A field of a table, signed, in thousandths of the size.</summary>
    public int Metric(string table, int offset) => (short)Short(Table(table) + offset) * 1000 / _unitsPerEm;

    /// <summary>A table's bytes.</summary>
    public ReadOnlySpan<byte> TableBytes(string tag) => Bytes.AsSpan(Table(tag), Length(tag));

    /// <summary>The outline of a glyph; empty for a space.</summary>
    public ReadOnlySpan<byte> Outline(int glyph)
    {
        var isLong = Short(Table("head") + 50) == 1;
        var (from, to) = (Location(glyph, isLong), Location(glyph + 1, isLong));
        return Bytes.AsSpan(Table("glyf") + from, to - from);
    }

    /// <summary>Whether it can show a character.</summary>
    public bool Has(int codePoint) => _glyphs.ContainsKey(codePoint);

    /// <summary>The width of a text of which it has every character, in points.</summary>
    public double Width(string text, double size) =>
        text.EnumerateRunes().Sum(rune => (double)_advances[Math.Min(_glyphs.GetValueOrDefault(rune.Value), _advances.Length - 1)]) * size / _unitsPerEm;

    private ushort Short(int at) => BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(at));

    private int Table(string tag) => Long(Record(tag) + 8);

    private int Length(string tag) => Long(Record(tag) + 12);

    private int Long(int at) => (int)BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(at));

    private int Location(int glyph, bool isLong) => isLong ? Long(Table("loca") + (4 * glyph)) : 2 * Short(Table("loca") + (2 * glyph));

    private int Record(string tag)
    {
        for (var record = 12; record < 12 + (16 * Short(4)); record += 16)
        {
            if (System.Text.Encoding.ASCII.GetString(Bytes, record, 4) == tag)
            {
                return record;
            }
        }

        throw new InvalidDataException($"The typeface has no table {tag}.");
    }

    // Windows, Unicode BMP, format 4: what every OpenType font has.
    private void ReadGlyphs(int cmap)
    {
        var at = 0;
        for (var record = cmap + 4; record < cmap + 4 + (8 * Short(cmap + 2)); record += 8)
        {
            if (Short(record) == 3 && Short(record + 2) == 1)
            {
                at = cmap + Long(record + 4);
            }
        }

        var doubled = Short(at + 6);
        var (ends, starts, deltas, offsets) = (at + 14, at + 16 + doubled, at + 16 + (2 * doubled), at + 16 + (3 * doubled));
        for (var i = 0; i < doubled; i += 2)
        {
            for (int code = Short(starts + i); code <= Short(ends + i) && code < 0xFFFF; code++)
            {
                var offset = Short(offsets + i);
                var glyph = offset == 0 ? code : Short(offsets + i + offset + (2 * (code - Short(starts + i))));
                if (glyph != 0)
                {
                    _glyphs[code] = (ushort)(glyph + Short(deltas + i));
                }
            }
        }
    }
}
