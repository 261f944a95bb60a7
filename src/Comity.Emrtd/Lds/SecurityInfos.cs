using Comity.Emrtd.Ber;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Lds;

/// <summary>How PACE maps a nonce to a generator (Doc 9303-11 §4.4.3.3).</summary>
public enum PaceMapping
{
    /// <summary>Generic mapping.</summary>
    Generic,

    /// <summary>Integrated mapping.</summary>
    Integrated,

    /// <summary>Chip authentication mapping.</summary>
    ChipAuthentication,
}

/// <summary>The cipher of secure messaging.</summary>
public enum SessionCipher
{
    /// <summary>Triple DES with two keys, and retail MAC.</summary>
    TripleDes,

    /// <summary>AES with 128 bits, and CMAC.</summary>
    Aes128,

    /// <summary>AES with 192 bits, and CMAC.</summary>
    Aes192,

    /// <summary>AES with 256 bits, and CMAC.</summary>
    Aes256,
}

/// <summary>One way of PACE that a chip offers.</summary>
/// <param name="Identifier">Its object identifier.</param>
/// <param name="Mapping">The mapping.</param>
/// <param name="IsElliptic">Whether over a curve rather than a field.</param>
/// <param name="Cipher">The cipher afterwards.</param>
/// <param name="Version">The version; 2.</param>
/// <param name="Parameters">Number of the standardised domain parameters; none where the chip brings its own.</param>
public sealed record PaceInfo(string Identifier, PaceMapping Mapping, bool IsElliptic, SessionCipher Cipher, int Version, int? Parameters);

/// <summary>One way of chip authentication that a chip offers.</summary>
/// <param name="Identifier">Its object identifier.</param>
/// <param name="IsElliptic">Whether over a curve.</param>
/// <param name="Cipher">The cipher afterwards.</param>
/// <param name="Version">The version.</param>
/// <param name="KeyId">Which key; none where there is only one.</param>
public sealed record ChipAuthenticationInfo(string Identifier, bool IsElliptic, SessionCipher Cipher, int Version, int? KeyId);

/// <summary>A key of chip authentication.</summary>
/// <param name="Identifier">Object identifier of its kind.</param>
/// <param name="Key">The key.</param>
/// <param name="KeyId">Its number; none where there is only one.</param>
public sealed record ChipAuthenticationKey(string Identifier, SubjectKey Key, int? KeyId);

/// <summary>Security infos as EF.CardAccess, EF.CardSecurity and DG14 hold them (Doc 9303-11 §9.2).</summary>
public sealed record SecurityInfos
{
    /// <summary>Ways of PACE.</summary>
    public IReadOnlyList<PaceInfo> Pace { get; private set; } = [];

    /// <summary>Ways of chip authentication.</summary>
    public IReadOnlyList<ChipAuthenticationInfo> ChipAuthentication { get; private set; } = [];

    /// <summary>Keys of chip authentication.</summary>
    public IReadOnlyList<ChipAuthenticationKey> ChipKeys { get; private set; } = [];

    /// <summary>The signature algorithm of active authentication over a curve, where told (Doc 9303-11 §6.1.2.3).</summary>
    public SignatureAlgorithm? ActiveAuthentication { get; private set; }

    /// <summary>Whether terminal authentication is offered.</summary>
    public bool OffersTerminalAuthentication { get; private set; }

    /// <summary>All object identifiers, also those that are not known here.</summary>
    public IReadOnlyList<string> Identifiers { get; private set; } = [];

    private const string Protocols = "0.4.0.127.0.7.2.2.";

    internal static SecurityInfos Read(ReadOnlyMemory<byte> file, DefectLog log) => Read(file, log, 0);

    internal static SecurityInfos Read(ReadOnlyMemory<byte> file, DefectLog log, int offset)
    {
        var infos = new SecurityInfos();
        var reader = new TlvReader(file, offset, log);
        if (!reader.Expect(Tag.Set, "security infos", out var set))
        {
            // Some chips leave the SET out and begin with the first info.
            if (reader.PeekTag() != Tag.Sequence) return infos;
            foreach (var info in reader.All()) infos.Add(info, log);
            return infos;
        }
        foreach (var info in set.Inside(log).All()) infos.Add(info, log);
        return infos;
    }

    private void Add(Tlv info, DefectLog log)
    {
        var fields = info.Inside(log);
        if (!fields.Expect(Tag.Oid, "protocol", out var oid)) return;
        var text = ObjectIdentifier.Text(oid.Span);
        Identifiers = [.. Identifiers, text];
        if (!fields.TryNext(out var required))
        {
            log.Add(DefectCode.ElementMissing, info.Offset, "security info", text);
            return;
        }
        int? optional = fields.TryNext(Tag.Integer, out var number) && Asn1Value.TryInt(number, out var n) ? n : null;
        var version = required.Tag == Tag.Integer && Asn1Value.TryInt(required, out var v) ? v : 0;
        if (text == "2.23.136.1.1.5")
        {
            if (fields.TryNext(Tag.Oid, out var algorithm)) AddActive(ObjectIdentifier.Text(algorithm.Span));
        }
        else if (text.StartsWith(Protocols, StringComparison.Ordinal)) AddProtocol(text, required, version, optional, log);
    }

    private void AddActive(string oid)
    {
        var (scheme, hash) = SignatureAlgorithm.FromOid(oid);
        ActiveAuthentication = new(scheme, hash, default, 0, oid);
    }

    private void AddProtocol(string oid, Tlv required, int version, int? optional, DefectLog log)
    {
        var arcs = oid[Protocols.Length..].Split('.');
        switch (arcs)
        {
            case ["1", "1" or "2"]:
                if (SubjectKey.Read(required, log) is { } key) ChipKeys = [.. ChipKeys, new(oid, key, optional)];
                break;
            case ["2"]:
                OffersTerminalAuthentication = true;
                break;
            case ["3", var kind and ("1" or "2"), var cipher] when CipherOf(cipher) is { } c:
                ChipAuthentication = [.. ChipAuthentication, new(oid, kind == "2", c, version, optional)];
                break;
            case ["4", var map, var cipher] when CipherOf(cipher) is { } c && MappingOf(map) is var (mapping, elliptic):
                Pace = [.. Pace, new(oid, mapping, elliptic, c, version, optional)];
                break;
        }
    }

    private static SessionCipher? CipherOf(string arc) => arc switch
    {
        "1" => SessionCipher.TripleDes,
        "2" => SessionCipher.Aes128,
        "3" => SessionCipher.Aes192,
        "4" => SessionCipher.Aes256,
        _ => null,
    };

    /// <summary>BSI TR-03110-3 §A.1.1.1.</summary>
    private static (PaceMapping Mapping, bool Elliptic)? MappingOf(string arc) => arc switch
    {
        "1" => (PaceMapping.Generic, false),
        "2" => (PaceMapping.Generic, true),
        "3" => (PaceMapping.Integrated, false),
        "4" => (PaceMapping.Integrated, true),
        "6" => (PaceMapping.ChipAuthentication, true),
        _ => null,
    };

    /// <summary>The object identifiers.</summary>
    public override string ToString() => string.Join(' ', Identifiers);
}
