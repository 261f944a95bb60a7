using Comity.Emrtd.Ber;
using Comity.Emrtd.Lds;

namespace Comity.Emrtd.Access;

/// <summary>Chip authentication (Doc 9303-11 §6.2): a new session under a key that only the chip of the document can agree on.</summary>
internal static class ChipAuthentication
{
    /// <summary>Runs it. That the chip knows its key shows in the first answer under the new session.</summary>
    /// <param name="session">The session; under new keys afterwards.</param>
    /// <param name="infos">DG14.</param>
    /// <param name="random">Where random bytes come from.</param>
    /// <param name="key">The chip's key that was used.</param>
    /// <param name="ownPublic">The terminal's public key, which terminal authentication names.</param>
    public static ChipOutcome Run(ChipSession session, SecurityInfos infos, RandomFill random, out ChipAuthenticationKey? key, out byte[] ownPublic)
    {
        ownPublic = [];
        key = infos.ChipKeys.FirstOrDefault(k => Agreement.Of(k.Key) is not null);
        if (key is not { } chosen) return new(ChipFault.Unsupported, 0);
        // Without an info of its own the key is used with 3DES (Doc 9303-11 §9.2.5).
        var info = infos.ChipAuthentication.FirstOrDefault(i => i.KeyId == chosen.KeyId && i.IsElliptic == (chosen.Key.Kind == Signatures.KeyKind.Ec));
        var cipher = info?.Cipher ?? SessionCipher.TripleDes;
        var group = Agreement.Of(chosen.Key)!;
        var own = group.NewPrivate(random);
        ownPublic = group.Public(own);
        if (group.Secret(own, chosen.Key.Public.Span) is not { } secret) return new(ChipFault.NotProven, 0);

        byte[] id = chosen.KeyId is { } number ? TlvWriter.Unsigned([(byte)(number >> 8), (byte)number], 0x84) : [];
        var outcome = cipher == SessionCipher.TripleDes
            ? session.Send(new(0, 0x22, 0x41, 0xA6, (byte[])[.. TlvWriter.Of(0x91, ownPublic), .. id]), out _)
            : SetAndAuthenticate(session, info!.Identifier, id, ownPublic);
        if (!outcome.IsSuccess) return outcome;
        session.Secure(SecureMessaging.FromSecret(cipher, secret));
        return session.SelectApplication() is { IsSuccess: false } failed ? new(ChipFault.NotProven, failed.Status) : new(ChipFault.None);
    }

    private static ChipOutcome SetAndAuthenticate(ChipSession session, string identifier, byte[] id, byte[] ownPublic)
    {
        var set = session.Send(new(0, 0x22, 0x41, 0xA4, (byte[])[.. TlvWriter.Oid(identifier, 0x80), .. id]), out _);
        return set.IsSuccess ? session.Send(new(0, 0x86, 0, 0, TlvWriter.Of(0x7C, TlvWriter.Of(0x80, ownPublic)), 256), out _) : set;
    }
}
