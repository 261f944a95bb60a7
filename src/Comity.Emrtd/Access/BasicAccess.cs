using System.Security.Cryptography;
using Comity.Emrtd.Lds;

namespace Comity.Emrtd.Access;

/// <summary>Basic access control (Doc 9303-11 §4.3).</summary>
public static class BasicAccess
{
    /// <summary>Opens a chip whose application is selected.</summary>
    /// <param name="session">The session; under session keys afterwards.</param>
    /// <param name="key">The key; must come from the zone.</param>
    /// <param name="random">Where random bytes come from.</param>
    public static ChipOutcome Open(ChipSession session, AccessKey key, RandomFill random)
    {
        if (!key.IsZone) return new(ChipFault.Unsupported, 0);
        var asked = session.Send(new(0, 0x84, 0, 0, default, 8), out var challenge);
        if (!asked.IsSuccess) return asked;
        if (challenge.Data.Length != 8) return new(ChipFault.Malformed, challenge.Status);

        var own = new byte[24];
        random(own);
        var exchange = new Exchange(key, own, challenge.Data.ToArray());
        var answered = session.Send(new(0, 0x82, 0, 0, exchange.Command(), 40), out var response);
        if (!answered.IsSuccess) return answered;
        if (exchange.Finish(response.Data.Span) is not { } messaging) return new(ChipFault.NotProven, response.Status);
        session.Secure(messaging);
        return new(ChipFault.None);
    }

    /// <summary>The two messages: what is sent, and what is made of the answer.</summary>
    /// <param name="key">The key.</param>
    /// <param name="own">Eight bytes of challenge and sixteen of key, both random.</param>
    /// <param name="challenge">The chip's eight bytes.</param>
    internal sealed class Exchange(AccessKey key, byte[] own, byte[] challenge)
    {
        private readonly byte[] _encryption = ChipCipher.DeriveKey(SessionCipher.TripleDes, key.Seed, 1);
        private readonly byte[] _authentication = ChipCipher.DeriveKey(SessionCipher.TripleDes, key.Seed, 2);

        public byte[] Command() => Protect([.. own.AsSpan(0, 8), .. challenge, .. own.AsSpan(8)]);

        private byte[] Protect(byte[] plain)
        {
            var encrypted = ChipCipher.Encrypt(SessionCipher.TripleDes, _encryption, new byte[8], plain);
            return [.. encrypted, .. Mac(encrypted)];
        }

        private byte[] Mac(ReadOnlySpan<byte> encrypted) => ChipCipher.Authenticate(SessionCipher.TripleDes, _authentication, ChipCipher.Pad(encrypted, 8));

        public SecureMessaging? Finish(ReadOnlySpan<byte> response)
        {
            if (response.Length != 40 || !CryptographicOperations.FixedTimeEquals(Mac(response[..32]), response[32..])) return null;
            var plain = ChipCipher.Decrypt(SessionCipher.TripleDes, _encryption, new byte[8], response[..32]);
            var echoes = CryptographicOperations.FixedTimeEquals(plain.AsSpan(0, 8), challenge) & CryptographicOperations.FixedTimeEquals(plain.AsSpan(8, 8), own.AsSpan(0, 8));
            return echoes ? Session(plain.AsSpan(16), own.AsSpan(8)) : null;
        }

        private SecureMessaging Session(ReadOnlySpan<byte> chip, ReadOnlySpan<byte> terminal)
        {
            var seed = new byte[16];
            for (var i = 0; i < 16; i++) seed[i] = (byte)(chip[i] ^ terminal[i]);
            return new(SessionCipher.TripleDes, ChipCipher.DeriveKey(SessionCipher.TripleDes, seed, 1), ChipCipher.DeriveKey(SessionCipher.TripleDes, seed, 2),
                [.. challenge.AsSpan(4), .. own.AsSpan(4, 4)]);
        }

        /// <summary>The chip's side, for the tests' emulator: reads the command and gives answer and session.</summary>
        internal (byte[] Response, SecureMessaging Session)? Answer(ReadOnlySpan<byte> command, byte[] chipKey)
        {
            if (command.Length != 40 || !CryptographicOperations.FixedTimeEquals(Mac(command[..32]), command[32..])) return null;
            var plain = ChipCipher.Decrypt(SessionCipher.TripleDes, _encryption, new byte[8], command[..32]);
            if (!plain.AsSpan(8, 8).SequenceEqual(challenge)) return null;
            plain.AsSpan(0, 8).CopyTo(own);
            plain.AsSpan(16).CopyTo(own.AsSpan(8));
            return (Protect([.. challenge, .. own.AsSpan(0, 8), .. chipKey]), Session(chipKey, own.AsSpan(8)));
        }
    }
}
