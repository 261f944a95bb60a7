using Comity.Emrtd.Ber;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Trust;

/// <summary>A master list: certificates of signing authorities that one State vouches for (Doc 9303-12 §8).</summary>
public sealed record MasterList
{
    /// <summary>The largest list that is read, in bytes.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    private const int MaxCertificates = 20_000;

    /// <summary>The signed message.</summary>
    public required SignedData Message { get; init; }

    /// <summary>Its version; 0.</summary>
    public int? Version { get; init; }

    /// <summary>The certificates of the list, each once.</summary>
    public required IReadOnlyList<Certificate> Certificates { get; init; }

    /// <summary>What is wrong with its form.</summary>
    public required IReadOnlyList<Defect> Defects { get; init; }

    /// <summary>Reads a list. Its signature is judged by <see cref="ListSignature.Judge"/>.</summary>
    /// <param name="file">The file.</param>
    /// <param name="defects">What is wrong with its form, also where none comes out.</param>
    /// <returns>The list, or none where there is no such structure.</returns>
    public static MasterList? Read(ReadOnlyMemory<byte> file, out IReadOnlyList<Defect> defects)
    {
        var log = new DefectLog("master list");
        var list = file.Length > MaxLength ? null : Read(file, log);
        defects = log.Defects;
        return list;
    }

    private static MasterList? Read(ReadOnlyMemory<byte> file, DefectLog log)
    {
        if (SignedData.Read(Indefinite.Resolve(file, log), log) is not { } message) return null;
        if (message.ContentType != "2.23.136.1.1.2")
        {
            log.Add(DefectCode.ValueMalformed, message.ContentOffset, "content type", message.ContentType);
            return null;
        }
        var reader = new TlvReader(message.Content, message.ContentOffset, log);
        if (!reader.Expect(Tag.Sequence, "master list", out var body)) return null;
        var fields = body.Inside(log);
        int? version = fields.TryNext(Tag.Integer, out var number) && Asn1Value.TryInt(number, out var v) ? v : null;
        var certificates = new List<Certificate>();
        if (fields.Expect(Tag.Set, "certificates", out var set)) ReadCertificates(set, certificates, log);
        return new() { Message = message, Version = version, Certificates = certificates, Defects = log.Defects };
    }

    private static void ReadCertificates(Tlv set, List<Certificate> certificates, DefectLog log)
    {
        var seen = new HashSet<Certificate>();
        var reader = set.Inside(log);
        while (reader.TryNext(out var tlv))
        {
            if (certificates.Count == MaxCertificates)
            {
                log.Add(DefectCode.LimitReached, tlv.Offset, "certificates");
                return;
            }
            if (Certificate.Read(tlv.Raw, new DefectLog("certificate"), tlv.Offset) is not { } certificate) log.Add(DefectCode.ValueMalformed, tlv.Offset, "certificate");
            else if (!seen.Add(certificate)) log.Add(DefectCode.ElementRepeated, tlv.Offset, "certificate");
            else certificates.Add(certificate);
        }
    }

    /// <summary>How many certificates.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Certificates.Count} certificates");
}
