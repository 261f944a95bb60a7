using System.Security.Cryptography;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Lds;

namespace Comity.Emrtd.Access;

/// <summary>Commands and answers under session keys (Doc 9303-11 §9.8). Not for use by several threads: a counter binds their order.</summary>
internal sealed class SecureMessaging
{
    private readonly SessionCipher _cipher;
    private readonly byte[] _encryption;
    private readonly byte[] _authentication;
    private readonly byte[] _counter;

    public SecureMessaging(SessionCipher cipher, byte[] encryption, byte[] authentication, ReadOnlySpan<byte> counter = default)
    {
        (_cipher, _encryption, _authentication) = (cipher, encryption, authentication);
        _counter = new byte[ChipCipher.BlockOf(cipher)];
        counter.CopyTo(_counter);
    }

    /// <summary>Session keys from a shared secret, the counter at zero.</summary>
    public static SecureMessaging FromSecret(SessionCipher cipher, ReadOnlySpan<byte> secret) =>
        new(cipher, ChipCipher.DeriveKey(cipher, secret, 1), ChipCipher.DeriveKey(cipher, secret, 2));

    private int Block => _counter.Length;

    public ChipCommand Wrap(ChipCommand command)
    {
        Count();
        byte[] header = [(byte)(command.Class | 0x0C), command.Instruction, command.P1, command.P2];
        byte[] body = [.. Cryptogram(command), .. command.Expected == 0 ? [] : TlvWriter.Of(0x97, Expected(command.Expected))];
        byte[] covered = body.Length == 0
            ? [.. _counter, .. ChipCipher.Pad(header, Block)]
            : [.. _counter, .. ChipCipher.Pad(header, Block), .. ChipCipher.Pad(body, Block)];
        byte[] data = [.. body, .. TlvWriter.Of(0x8E, ChipCipher.Authenticate(_cipher, _authentication, covered))];
        var extended = data.Length > 255 || command.Expected > 256;
        return new(header[0], header[1], header[2], header[3], data, extended ? 65_536 : 256);
    }

    private byte[] Cryptogram(ChipCommand command)
    {
        if (command.Data.IsEmpty) return [];
        var encrypted = ChipCipher.Encrypt(_cipher, _encryption, Vector(), ChipCipher.Pad(command.Data.Span, Block));
        return (command.Instruction & 1) == 1 ? TlvWriter.Of(0x85, encrypted) : TlvWriter.Of(0x87, [1], encrypted);
    }

    private static byte[] Expected(int expected) => expected > 256 ? [(byte)(expected >> 8), (byte)expected] : [(byte)expected];

    /// <summary>Takes the protection off an answer; false where it is not this session's.</summary>
    public bool TryUnwrap(ChipResponse response, out ChipResponse plain)
    {
        plain = default;
        Count();
        ReadOnlyMemory<byte> encrypted = default, mac = default;
        int? status = null;
        var covered = new List<byte>(_counter);
        var indicated = false;
        var reader = new TlvReader(response.Data, 0, null);
        while (reader.TryNext(out var tlv))
        {
            if (tlv.Tag == 0x8E) mac = tlv.Value;
            else covered.AddRange(tlv.Raw.Span);
            if (tlv.Tag is 0x87 or 0x85)
            {
                encrypted = tlv.Value;
                indicated = tlv.Tag == 0x87;
            }
            else if (tlv.Tag == 0x99 && tlv.Span.Length == 2) status = (tlv.Span[0] << 8) | tlv.Span[1];
        }
        var block = covered.Count == Block ? [.. covered] : (byte[])[.. _counter, .. ChipCipher.Pad(covered.ToArray().AsSpan(Block), Block)];
        if (status is null || mac.Length != 8
            || !CryptographicOperations.FixedTimeEquals(ChipCipher.Authenticate(_cipher, _authentication, block), mac.Span)) return false;
        if (!TryDecrypt(encrypted, indicated, out var data)) return false;
        plain = new(data, status.Value);
        return true;
    }

    private bool TryDecrypt(ReadOnlyMemory<byte> encrypted, bool indicated, out ReadOnlyMemory<byte> data)
    {
        data = default;
        if (encrypted.IsEmpty) return true;
        if (indicated)
        {
            if (encrypted.Span[0] != 1) return false;
            encrypted = encrypted[1..];
        }
        if (encrypted.IsEmpty || encrypted.Length % Block != 0) return false;
        return ChipCipher.TryUnpad(ChipCipher.Decrypt(_cipher, _encryption, Vector(), encrypted.Span), out data);
    }

    /// <summary>Zeros with 3DES, the encrypted counter with AES.</summary>
    private byte[] Vector() => _cipher == SessionCipher.TripleDes
        ? new byte[8]
        : ChipCipher.Encrypt(_cipher, _encryption, new byte[16], _counter);

    private void Count()
    {
        for (var i = _counter.Length - 1; i >= 0 && ++_counter[i] == 0; i--)
        {
        }
    }

    /// <summary>The chip's side, for the tests' emulator: reads a command that <see cref="Wrap"/> made.</summary>
    internal bool TryReadCommand(ChipCommand wrapped, out ChipCommand plain)
    {
        plain = default;
        Count();
        ReadOnlyMemory<byte> mac = default, encrypted = default;
        var expected = 0;
        var body = new List<byte>();
        var reader = new TlvReader(wrapped.Data, 0, null);
        while (reader.TryNext(out var tlv))
        {
            if (tlv.Tag == 0x8E)
            {
                mac = tlv.Value;
                continue;
            }
            body.AddRange(tlv.Raw.Span);
            if (tlv.Tag is 0x87 or 0x85) encrypted = tlv.Value;
            else if (tlv.Tag == 0x97) expected = tlv.Span.Length == 1 ? (tlv.Span[0] == 0 ? 256 : tlv.Span[0]) : tlv.Span is [0, 0] ? 65_536 : (tlv.Span[0] << 8) | tlv.Span[1];
        }
        byte[] header = ChipCipher.Pad([wrapped.Class, wrapped.Instruction, wrapped.P1, wrapped.P2], Block);
        byte[] covered = body.Count == 0 ? [.. _counter, .. header] : [.. _counter, .. header, .. ChipCipher.Pad(body.ToArray(), Block)];
        if (!CryptographicOperations.FixedTimeEquals(ChipCipher.Authenticate(_cipher, _authentication, covered), mac.Span)) return false;
        if (!TryDecrypt(encrypted, (wrapped.Instruction & 1) == 0, out var data)) return false;
        plain = new((byte)(wrapped.Class & 0xF3), wrapped.Instruction, wrapped.P1, wrapped.P2, data, expected);
        return true;
    }

    /// <summary>The chip's side: protects an answer.</summary>
    internal ChipResponse WrapResponse(ChipResponse plain, bool oddInstruction)
    {
        Count();
        byte[] cryptogram = [];
        if (!plain.Data.IsEmpty)
        {
            var encrypted = ChipCipher.Encrypt(_cipher, _encryption, Vector(), ChipCipher.Pad(plain.Data.Span, Block));
            cryptogram = oddInstruction ? TlvWriter.Of(0x85, encrypted) : TlvWriter.Of(0x87, [1], encrypted);
        }
        byte[] body = [.. cryptogram, .. TlvWriter.Of(0x99, [(byte)(plain.Status >> 8), (byte)plain.Status])];
        var mac = ChipCipher.Authenticate(_cipher, _authentication, [.. _counter, .. ChipCipher.Pad(body, Block)]);
        return new((byte[])[.. body, .. TlvWriter.Of(0x8E, mac)], plain.Status);
    }
}
