using System.Security.Cryptography;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Lds;

namespace Comity.Emrtd.Access;

/// <summary>What PACE leaves behind for what comes after it.</summary>
/// <param name="Info">The way that was used.</param>
/// <param name="Group">The group with the mapped generator.</param>
/// <param name="ChipEphemeral">The chip's last public key, which terminal authentication names.</param>
internal sealed record PaceResult(PaceInfo Info, IAgreement Group, byte[] ChipEphemeral)
{
    /// <summary>With chip authentication mapping: the chip's public key of the mapping, and the secret number that it disclosed.</summary>
    public (byte[] MappingKey, byte[] Disclosed)? ChipAuthentication { get; init; }
}

/// <summary>PACE (Doc 9303-11 §4.4): generic, integrated and chip authentication mapping, over curves and in fields.</summary>
internal static class Pace
{
    /// <summary>Opens a chip.</summary>
    /// <param name="session">The session; under session keys afterwards.</param>
    /// <param name="info">A way that the chip offers.</param>
    /// <param name="key">The key.</param>
    /// <param name="random">Where random bytes come from.</param>
    /// <param name="result">What was agreed, on success.</param>
    public static ChipOutcome Open(ChipSession session, PaceInfo info, AccessKey key, RandomFill random, out PaceResult? result)
    {
        result = null;
        if (info.Parameters is not { } id || Agreement.Standardised(id) is not { } group || info.IsElliptic != group is EcAgreement) return new(ChipFault.Unsupported, 0);
        byte[] parameters = [.. TlvWriter.Oid(info.Identifier, 0x80), .. TlvWriter.Of(0x83, [(byte)(key.IsZone ? 1 : 2)]), .. TlvWriter.Of(0x84, [(byte)id])];
        var set = session.Send(new(0, 0x22, 0xC1, 0xA4, parameters), out _);
        if (!set.IsSuccess) return set;

        var outcome = Authenticate(session, [], 0x80, last: false, out var encrypted);
        if (!outcome.IsSuccess) return outcome;
        var block = ChipCipher.BlockOf(info.Cipher);
        if (encrypted.Length == 0 || encrypted.Length % block != 0 || encrypted.Length > 64) return new(ChipFault.Malformed);
        var nonce = ChipCipher.Decrypt(info.Cipher, ChipCipher.DeriveKey(info.Cipher, key.Secret, 3), new byte[block], encrypted);

        outcome = Map(session, info, group, nonce, random, out var mapped, out var mappingKey);
        return outcome.IsSuccess ? Agree(session, info, mapped!, mappingKey, random, out result) : outcome;
    }

    private static ChipOutcome Map(ChipSession session, PaceInfo info, IAgreement group, byte[] nonce, RandomFill random, out IAgreement? mapped, out byte[] mappingKey)
    {
        mapped = null;
        mappingKey = [];
        if (info.Mapping == PaceMapping.Integrated)
        {
            var other = new byte[ChipCipher.KeyLengthOf(info.Cipher)];
            random(other);
            // The chip answers with an empty element.
            var sent = Authenticate(session, TlvWriter.Of(0x81, other), 0x82, last: false, out _);
            if (!sent.IsSuccess) return sent;
            mapped = nonce.Length == (info.Cipher is SessionCipher.Aes192 or SessionCipher.Aes256 ? 32 : 16) ? group.MapIntegrated(info.Cipher, nonce, other) : null;
        }
        else
        {
            var own = group.NewPrivate(random);
            var sent = Authenticate(session, TlvWriter.Of(0x81, group.Public(own)), 0x82, last: false, out mappingKey);
            if (!sent.IsSuccess) return sent;
            mapped = group.MapGeneric(nonce, own, mappingKey);
        }
        return new(mapped is null ? ChipFault.NotProven : ChipFault.None);
    }

    private static ChipOutcome Agree(ChipSession session, PaceInfo info, IAgreement group, byte[] mappingKey, RandomFill random, out PaceResult? result)
    {
        result = null;
        var own = group.NewPrivate(random);
        var ownPublic = group.Public(own);
        var sent = Authenticate(session, TlvWriter.Of(0x83, ownPublic), 0x84, last: false, out var peer);
        if (!sent.IsSuccess) return sent;
        // A chip that sends our own key back would learn nothing and prove nothing (Doc 9303-11 §4.4.1 step 2 d).
        if (peer.AsSpan().SequenceEqual(ownPublic) || group.Secret(own, peer) is not { } secret) return new(ChipFault.NotProven);

        var encryption = ChipCipher.DeriveKey(info.Cipher, secret, 1);
        var authentication = ChipCipher.DeriveKey(info.Cipher, secret, 2);
        var token = Token(info, group, authentication, peer);
        var outcome = Authenticate(session, TlvWriter.Of(0x85, token), 0x86, last: true, out var answered, out var all);
        if (!outcome.IsSuccess) return outcome;
        if (!CryptographicOperations.FixedTimeEquals(Token(info, group, authentication, ownPublic), answered)) return new(ChipFault.NotProven);

        result = new(info, group, peer);
        if (info.Mapping == PaceMapping.ChipAuthentication)
        {
            if (!all.TryFind(0x8A, out var disclosed) || Disclose(info.Cipher, encryption, disclosed.Span) is not { } number) return new(ChipFault.Malformed);
            result = result with { ChipAuthentication = (mappingKey, number) };
        }
        session.Secure(new(info.Cipher, encryption, authentication));
        return new(ChipFault.None);
    }

    /// <summary>The token over the other side's key (Doc 9303-11 §4.4.3.4).</summary>
    internal static byte[] Token(PaceInfo info, IAgreement group, byte[] authentication, ReadOnlySpan<byte> publicKey)
    {
        var input = TokenInput(info, group, publicKey);
        return ChipCipher.Authenticate(info.Cipher, authentication, info.Cipher == SessionCipher.TripleDes ? ChipCipher.Pad(input, 8) : input);
    }

    internal static byte[] TokenInput(PaceInfo info, IAgreement group, ReadOnlySpan<byte> publicKey) =>
        TlvWriter.Of(0x7F49, TlvWriter.Oid(info.Identifier), group.Element(publicKey));

    /// <summary>The number that the chip discloses to prove its static key (Doc 9303-11 §4.4.3.5).</summary>
    private static byte[]? Disclose(SessionCipher cipher, byte[] encryption, ReadOnlySpan<byte> encrypted)
    {
        if (cipher == SessionCipher.TripleDes || encrypted.IsEmpty || encrypted.Length % 16 != 0) return null;
        var plain = ChipCipher.Decrypt(cipher, encryption, DisclosureVector(cipher, encryption), encrypted);
        return ChipCipher.TryUnpad(plain, out var number) ? number.ToArray() : null;
    }

    internal static byte[] DisclosureVector(SessionCipher cipher, byte[] encryption)
    {
        var ones = new byte[16];
        ones.AsSpan().Fill(0xFF);
        return ChipCipher.Encrypt(cipher, encryption, new byte[16], ones);
    }

    /// <summary>Whether the disclosed number links the mapping to one of the chip's static keys: KA(CA, PK, D) is the mapping key (Doc 9303-11 §4.4.3.3.3).</summary>
    internal static bool Proves((byte[] MappingKey, byte[] Disclosed) evidence, Signatures.SubjectKey chipKey)
    {
        if (chipKey.Group is not { } group || evidence.Disclosed.Length > group.OrderBytes) return false;
        var number = new byte[group.OrderBytes];
        evidence.Disclosed.CopyTo(number, number.Length - evidence.Disclosed.Length);
        return new EcAgreement(group).Secret(number, chipKey.Public.Span) is { } x && evidence.MappingKey.Length == (2 * group.FieldBytes) + 1
            && CryptographicOperations.FixedTimeEquals(x, evidence.MappingKey.AsSpan(1, group.FieldBytes));
    }

    private static ChipOutcome Authenticate(ChipSession session, byte[] content, uint wanted, bool last, out byte[] value) =>
        Authenticate(session, content, wanted, last, out value, out _);

    /// <summary>GENERAL AUTHENTICATE, chained but for the last.</summary>
    private static ChipOutcome Authenticate(ChipSession session, byte[] content, uint wanted, bool last, out byte[] value, out TlvReader all)
    {
        value = [];
        all = default;
        var outcome = session.Send(new((byte)(last ? 0 : 0x10), 0x86, 0, 0, TlvWriter.Of(0x7C, content), 256), out var response);
        if (!outcome.IsSuccess) return outcome;
        var reader = new TlvReader(response.Data, 0, null);
        if (!reader.TryNext(0x7C, out var template)) return new(ChipFault.Malformed, response.Status);
        all = template.Inside();
        if (!all.TryFind(wanted, out var found) && wanted != 0x82) return new(ChipFault.Malformed, response.Status);
        value = found.Raw.IsEmpty ? [] : found.Value.ToArray();
        return outcome;
    }
}
