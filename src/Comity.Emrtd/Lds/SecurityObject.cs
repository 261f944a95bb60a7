using Comity.Emrtd.Ber;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Lds;

/// <summary>EF.SOD: the hashes of the data groups, signed (Doc 9303-10 §4.6.2). Versions 0 and 1.</summary>
public sealed record SecurityObject
{
    /// <summary>The signed message.</summary>
    public required SignedData Message { get; init; }

    /// <summary>0 or 1; none where unreadable.</summary>
    public int? Version { get; init; }

    /// <summary>The hash of the groups; none where not known here.</summary>
    public DigestName? HashAlgorithm { get; init; }

    /// <summary>The signed hash of each group; the first where one is there twice.</summary>
    public required IReadOnlyDictionary<EmrtdFile, ReadOnlyMemory<byte>> Hashes { get; init; }

    /// <summary>Version of the structure, in version 1: four digits.</summary>
    public string? LdsVersion { get; init; }

    /// <summary>Version of Unicode, in version 1: six digits.</summary>
    public string? UnicodeVersion { get; init; }

    internal static SecurityObject? Read(ReadOnlyMemory<byte> file, DefectLog log)
    {
        var definite = Indefinite.Resolve(file, log);
        if (!TlvFile.TryRead(definite, log, out var root)) return null;
        var message = root.Value.Tag == 0x77
            ? SignedData.Read(root.Value.Value, log, root.Value.ValueOffset)
            : SignedData.Read(definite, log);
        if (root.Value.Tag != 0x77) log.Add(DefectCode.TagUnexpected, 0, "EF.SOD", $"{root.Value.Tag:X2}");
        return message is null ? null : ReadContent(message, log);
    }

    private static SecurityObject ReadContent(SignedData message, DefectLog log)
    {
        if (message.ContentType is not ("2.23.136.1.1.1" or "1.2.528.1.1006.1.20.1"))
            log.Add(DefectCode.ValueMalformed, message.ContentOffset, "content type", message.ContentType);
        var hashes = new Dictionary<EmrtdFile, ReadOnlyMemory<byte>>();
        var result = new SecurityObject { Message = message, Hashes = hashes };
        var reader = new TlvReader(message.Content, message.ContentOffset, log);
        if (!reader.Expect(Tag.Sequence, "security object", out var body)) return result;
        var fields = body.Inside(log);
        if (fields.Expect(Tag.Integer, "version", out var version) && Asn1Value.TryInt(version, out var number)) result = result with { Version = number };
        if (result.Version is not (0 or 1)) log.Add(DefectCode.CountWrong, body.Offset, "version");
        if (fields.Expect(Tag.Sequence, "hash algorithm", out var algorithm)) result = result with { HashAlgorithm = SignatureAlgorithm.ReadHash(algorithm) };
        if (result.HashAlgorithm is null) log.Add(DefectCode.ElementUnknown, body.Offset, "hash algorithm");
        if (fields.Expect(Tag.Sequence, "hashes", out var list)) ReadHashes(list, result.HashAlgorithm, hashes, log);
        return fields.TryNext(Tag.Sequence, out var versions) ? result.WithVersions(versions, log) : result;
    }

    private SecurityObject WithVersions(Tlv versions, DefectLog log)
    {
        var fields = versions.Inside(log);
        var lds = fields.TryNext(out var first) ? Asn1Value.Text(first) : null;
        var unicode = fields.TryNext(out var second) ? Asn1Value.Text(second) : null;
        return this with { LdsVersion = lds, UnicodeVersion = unicode };
    }

    private static void ReadHashes(Tlv list, DigestName? name, Dictionary<EmrtdFile, ReadOnlyMemory<byte>> hashes, DefectLog log)
    {
        foreach (var entry in list.Inside(log).All())
        {
            var fields = entry.Inside(log);
            if (!fields.Expect(Tag.Integer, "group number", out var number) || !fields.Expect(Tag.OctetString, "group hash", out var hash)) continue;
            if (!Asn1Value.TryInt(number, out var group) || group is < 1 or > 16) log.Add(DefectCode.ValueMalformed, number.Offset, "group number");
            else if (name is { } n && hash.Span.Length != Digest.LengthOf(n)) log.Add(DefectCode.ValueMalformed, hash.Offset, "group hash");
            else if (!hashes.TryAdd((EmrtdFile)group, hash.Value)) log.Add(DefectCode.ElementRepeated, entry.Offset, "group number");
        }
    }

    /// <summary>Version and number of hashes.</summary>
    public override string ToString() => $"{Version} {Hashes.Count}";
}

/// <summary>EF.CardSecurity: security infos, signed (Doc 9303-11 §9.2.11).</summary>
/// <param name="Message">The signed message.</param>
/// <param name="Infos">What it signs.</param>
public sealed record CardSecurity(SignedData Message, SecurityInfos Infos)
{
    internal static CardSecurity? Read(ReadOnlyMemory<byte> file, DefectLog log)
    {
        var definite = Indefinite.Resolve(file, log);
        if (SignedData.Read(definite, log) is not { } message) return null;
        return new(message, SecurityInfos.Read(message.Content, log, message.ContentOffset));
    }
}
