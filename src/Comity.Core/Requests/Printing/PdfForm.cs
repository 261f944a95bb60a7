using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Comity.Core.Requests.Printing;

/// <summary>One page being written.</summary>
internal sealed class PdfPage(PdfForm form)
{
    private readonly StringBuilder _content = new();

    /// <summary>What is on it, in the operators of ISO 32000-1.</summary>
    public string Content => _content.ToString();

    /// <summary>Writes a line; its characters must be in the typeface.</summary>
    /// <param name="text">One line.</param>
    /// <param name="isBold">In which of the two typefaces.</param>
    /// <param name="size">In points.</param>
    /// <param name="left">From the left edge, in points.</param>
    /// <param name="baseline">From the upper edge, in points.</param>
    public void Write(string text, bool isBold, double size, double left, double baseline)
    {
        _content.Append(CultureInfo.InvariantCulture, $"BT /F{(isBold ? 1 : 0)} {size:0.##} Tf 1 0 0 1 {left:0.##} {PrintLayout.PageHeight - baseline:0.##} Tm <");
        foreach (var glyph in form.Use(text, isBold))
        {
            _content.Append(glyph.ToString("X4", CultureInfo.InvariantCulture));
        }

        _content.Append("> Tj ET\n");
    }

    /// <summary>Draws a rule from margin to margin.</summary>
    /// <param name="at">From the upper edge, in points.</param>
    public void Rule(double at)
    {
        var y = PrintLayout.PageHeight - at;
        _content.Append(CultureInfo.InvariantCulture, $"0.8 w {PrintLayout.Margin:0.##} {y:0.##} m {PrintLayout.PageWidth - PrintLayout.Margin:0.##} {y:0.##} l S\n");
    }
}

/// <summary>
/// A PDF file of text and rules in two typefaces that lie in it, as far as they are used, with what a reader needs to copy the text out again. ISO 32000-1:2008.
/// Equal pages give equal bytes.
/// </summary>
internal sealed class PdfForm(string title, string subject, string language, DateTimeOffset at)
{
    private readonly List<PdfPage> _pages = [];
    private readonly SortedDictionary<ushort, int>[] _used = [new(), new()];

    /// <summary>A further page, A4.</summary>
    public PdfPage AddPage()
    {
        var page = new PdfPage(this);
        _pages.Add(page);
        return page;
    }

    /// <summary>The glyphs of a text, which are then in the file.</summary>
    internal IEnumerable<ushort> Use(string text, bool isBold)
    {
        var (face, used) = isBold ? (Typeface.Bold, _used[1]) : (Typeface.Regular, _used[0]);
        foreach (var rune in text.EnumerateRunes())
        {
            var glyph = face.Glyph(rune.Value);
            used.TryAdd(glyph, rune.Value);
            yield return glyph;
        }
    }

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        var file = new PdfObjects();
        var (catalog, pages) = (file.Reserve(), file.Reserve());
        var fonts = $"<< /Font << /F0 {AddFont(file, Typeface.Regular, _used[0])} 0 R /F1 {AddFont(file, Typeface.Bold, _used[1])} 0 R >> >>";
        var kids = _pages.ConvertAll(page =>
        {
            var content = file.AddStream("", Encoding.ASCII.GetBytes(page.Content));
            return file.Add(string.Create(CultureInfo.InvariantCulture, $"<< /Type /Page /Parent {pages} 0 R /MediaBox [0 0 {PrintLayout.PageWidth} {PrintLayout.PageHeight}] /Resources {fonts} /Contents {content} 0 R >>"));
        });
        file.Put(pages, $"<< /Type /Pages /Count {kids.Count} /Kids [{string.Join(' ', kids.Select(kid => $"{kid} 0 R"))}] >>");
        file.Put(catalog, $"<< /Type /Catalog /Pages {pages} 0 R /Lang ({language}) /ViewerPreferences << /DisplayDocTitle true >> >>");
        var info = file.Add($"<< /Title {Text(title)} /Subject {Text(subject)} /Creator (Comity) /CreationDate (D:{at.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}Z) >>");
        return file.ToBytes(catalog, info);
    }

    // ISO 32000-1, 9.7.4: a composite font whose codes are the glyphs themselves.
    private static int AddFont(PdfObjects file, Typeface face, SortedDictionary<ushort, int> used)
    {
        var subset = TypefaceSubset.Of(face, used.Keys);
        var data = file.AddStream($"/Length1 {subset.Length}", subset);
        var name = Tag(subset) + "+" + face.Name;
        var descriptor = file.Add(
            $"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{face.Metric("head", 36)} {face.Metric("head", 38)} {face.Metric("head", 40)} {face.Metric("head", 42)}]"
            + $" /ItalicAngle 0 /Ascent {face.Metric("hhea", 4)} /Descent {face.Metric("hhea", 6)} /CapHeight {face.Metric("hhea", 4)} /StemV 80 /FontFile2 {data} 0 R >>");
        var widths = string.Join(' ', used.Keys.Select(glyph => $"{glyph} [{face.Advance(glyph)}]"));
        var descendant = file.Add(
            $"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            + $" /FontDescriptor {descriptor} 0 R /DW 1000 /W [{widths}] /CIDToGIDMap /Identity >>");
        var unicode = file.AddStream("", Encoding.ASCII.GetBytes(ToUnicode(used)));
        return file.Add($"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [{descendant} 0 R] /ToUnicode {unicode} 0 R >>");
    }

    // ISO 32000-1, 9.10.3; at most 100 entries stand in one block.
    private static string ToUnicode(SortedDictionary<ushort, int> used)
    {
        var map = new StringBuilder(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            + "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
        foreach (var block in used.Chunk(100))
        {
            map.Append(CultureInfo.InvariantCulture, $"{block.Length} beginbfchar\n");
            foreach (var (glyph, code) in block)
            {
                map.Append(CultureInfo.InvariantCulture, $"<{glyph:X4}> <{code:X4}>\n");
            }

            map.Append("endbfchar\n");
        }

        return map.Append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").ToString();
    }

    // ISO 32000-1, 9.6.4: six capital letters that tell one subset from another.
    private static string Tag(byte[] subset) => string.Concat(SHA256.HashData(subset).Take(6).Select(b => (char)('A' + (b % 26))));

    private static string Text(string text) => $"<FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>";
}

/// <summary>The numbered objects of a file and where each begins. ISO 32000-1, 7.5.</summary>
internal sealed class PdfObjects
{
    private readonly List<byte[]?> _objects = [];

    /// <summary>A number for what is put later.</summary>
    public int Reserve()
    {
        _objects.Add(null);
        return _objects.Count;
    }

    /// <summary>Puts an object under its number.</summary>
    public void Put(int number, string text) => _objects[number - 1] = Encoding.ASCII.GetBytes(text);

    /// <summary>Adds an object.</summary>
    public int Add(string text)
    {
        Put(Reserve(), text);
        return _objects.Count;
    }

    /// <summary>Adds a stream, compressed.</summary>
    public int AddStream(string entries, byte[] data)
    {
        using var packed = new MemoryStream();
        using (var pack = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            pack.Write(data);
        }

        _objects.Add([.. Encoding.ASCII.GetBytes($"<< /Length {packed.Length} /Filter /FlateDecode {entries} >>\nstream\n"), .. packed.ToArray(), .. "\nendstream"u8]);
        return _objects.Count;
    }

    /// <summary>The file.</summary>
    public byte[] ToBytes(int catalog, int info)
    {
        using var file = new MemoryStream();
        void Write(string text) => file.Write(Encoding.ASCII.GetBytes(text));
        Write("%PDF-1.7\n");
        file.Write([(byte)'%', 0xE2, 0xE3, 0xCF, 0xD3, (byte)'\n']);   // says that what follows is not text
        var offsets = new List<long>();
        foreach (var (index, one) in _objects.Index())
        {
            offsets.Add(file.Position);
            Write($"{index + 1} 0 obj\n");
            file.Write(one!);
            Write("\nendobj\n");
        }

        var id = Convert.ToHexString(SHA256.HashData(file.ToArray())[..16]);
        var table = file.Position;
        Write($"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n");
        offsets.ForEach(offset => Write(string.Create(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n")));
        Write($"trailer\n<< /Size {offsets.Count + 1} /Root {catalog} 0 R /Info {info} 0 R /ID [<{id}> <{id}>] >>\nstartxref\n{table}\n%%EOF\n");
        return file.ToArray();
    }
}
