using System.Buffers.Binary;
using System.Text;

namespace Comity.Core.Requests.Printing;

/// <summary>A TrueType file with the outlines of some glyphs, each under its old number. OpenType 1.9, glyf and loca; ISO 32000-1, 9.9.</summary>
internal static class TypefaceSubset
{
    private const int ArgumentsAreWords = 1, HasScale = 8, MoreComponents = 32, HasTwoScales = 64, HasMatrix = 128;
    private static readonly string[] Kept = ["cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"];   // in the order that the format demands

    public static byte[] Of(Typeface face, IEnumerable<ushort> glyphs)
    {
        var wanted = new SortedSet<int>(glyphs.Select(glyph => (int)glyph)) { 0 };
        var waiting = new Queue<int>(wanted);
        while (waiting.TryDequeue(out var glyph))
        {
            foreach (var part in Components(face.Outline(glyph)).Where(wanted.Add))
            {
                waiting.Enqueue(part);
            }
        }

        using var outlines = new MemoryStream();
        var locations = new byte[4 * (face.Glyphs + 1)];
        for (var glyph = 0; glyph < face.Glyphs; glyph++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(locations.AsSpan(4 * glyph), (uint)outlines.Length);
            if (wanted.Contains(glyph))
            {
                outlines.Write(face.Outline(glyph));
                outlines.Write(new byte[-outlines.Length & 3]);
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(locations.AsSpan(4 * face.Glyphs), (uint)outlines.Length);
        return Assemble(Kept.Select(tag => (tag, tag switch
        {
            "glyf" => outlines.ToArray(),
            "loca" => locations,
            "head" => Head(face),
            _ => face.TableBytes(tag).ToArray(),
        })).ToList());
    }

    // A letter with an accent may be made of two others.
    private static List<int> Components(ReadOnlySpan<byte> outline)
    {
        List<int> parts = [];
        if (outline.Length < 10 || BinaryPrimitives.ReadInt16BigEndian(outline) >= 0)
        {
            return parts;
        }

        var (at, flags) = (10, MoreComponents);
        while ((flags & MoreComponents) != 0)
        {
            flags = BinaryPrimitives.ReadUInt16BigEndian(outline[at..]);
            parts.Add(BinaryPrimitives.ReadUInt16BigEndian(outline[(at + 2)..]));
            at += 4 + ((flags & ArgumentsAreWords) != 0 ? 4 : 2) + ((flags & HasScale) != 0 ? 2 : (flags & HasTwoScales) != 0 ? 4 : (flags & HasMatrix) != 0 ? 8 : 0);
        }

        return parts;
    }

    private static byte[] Head(Typeface face)
    {
        var head = face.TableBytes("head").ToArray();
        head.AsSpan(8, 4).Clear();   // the sum over the whole file, which readers of PDF do not look at
        BinaryPrimitives.WriteInt16BigEndian(head.AsSpan(50), 1);   // long locations
        return head;
    }

    private static byte[] Assemble(IReadOnlyList<(string Tag, byte[] Data)> tables)
    {
        var (power, log) = (1, 0);
        while (power * 2 <= tables.Count)
        {
            (power, log) = (power * 2, log + 1);
        }

        var file = new byte[12 + (16 * tables.Count) + tables.Sum(table => (table.Data.Length + 3) & ~3)];
        BinaryPrimitives.WriteUInt32BigEndian(file, 0x00010000);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(4), (ushort)tables.Count);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(6), (ushort)(16 * power));
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(8), (ushort)log);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(10), (ushort)(16 * (tables.Count - power)));
        var at = 12 + (16 * tables.Count);
        foreach (var (index, (tag, data)) in tables.Index())
        {
            var record = file.AsSpan(12 + (16 * index), 16);
            Encoding.ASCII.GetBytes(tag, record);
            data.CopyTo(file.AsSpan(at));
            BinaryPrimitives.WriteUInt32BigEndian(record[4..], Sum(file.AsSpan(at, (data.Length + 3) & ~3)));
            BinaryPrimitives.WriteUInt32BigEndian(record[8..], (uint)at);
            BinaryPrimitives.WriteUInt32BigEndian(record[12..], (uint)data.Length);
            at += (data.Length + 3) & ~3;
        }

        return file;
    }

    private static uint Sum(ReadOnlySpan<byte> data)
    {
        uint sum = 0;
        for (var at = 0; at < data.Length; at += 4)
        {
            sum = unchecked(sum + BinaryPrimitives.ReadUInt32BigEndian(data[at..]));
        }

        return sum;
    }
}
