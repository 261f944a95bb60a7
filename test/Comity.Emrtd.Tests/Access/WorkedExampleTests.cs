using Comity.Emrtd.Access;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Tests.Access;

/// <summary>The worked examples of Doc 9303-11, appendices D, G and H, bit for bit.</summary>
public sealed class WorkedExampleTests
{
    private static byte[] Hex(string text) => Convert.FromHexString(text);

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);

    [Fact]
    public void D1_and_D2_keys_of_basic_access()
    {
        var key = AccessKey.FromFields("L898902C", "690806", "940623")!;

        Assert.Equal("239AB9CB282DAF66231DC5A4DF6BFBAE", Hex(key.Seed));
        Assert.Equal("AB94FDECF2674FDFB9B391F85D7F76F2", Hex(ChipCipher.DeriveKey(SessionCipher.TripleDes, key.Seed, 1)));
        Assert.Equal("7962D9ECE03D1ACD4C76089DCE131543", Hex(ChipCipher.DeriveKey(SessionCipher.TripleDes, key.Seed, 2)));
    }

    [Fact]
    public void D3_and_D4_basic_access_and_secure_messaging()
    {
        var key = AccessKey.FromFields("L898902C<", "690806", "940623")!;
        var exchange = new BasicAccess.Exchange(key, Hex("781723860C06C2260B795240CB7049B01C19B33E32804F0B"), Hex("4608F91988702212"));

        var command = Hex(exchange.Command());
        Assert.StartsWith("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA", command);
        Assert.EndsWith("5F1448EEA8AD90A7", command);

        var chip = new BasicAccess.Exchange(key, new byte[24], Hex("4608F91988702212")).Answer(Hex(command), Hex("0B4F80323EB3191CB04970CB4052790B"))!.Value;
        Assert.StartsWith("46B9342A41396CD7386BF5803104D7CEDC122B91", Hex(chip.Response));
        Assert.EndsWith("2F2D235D074D7449", Hex(chip.Response));

        var session = exchange.Finish(chip.Response)!;
        Assert.Equal("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", Hex(session.Wrap(new(0, 0xA4, 2, 0x0C, Hex("011E"))).Encode()));
        Assert.True(session.TryUnwrap(Response("990290008E08FA855A5D4C50A8ED9000"), out var selected));
        Assert.True(selected.IsSuccess);
        Assert.Equal("0CB000000D9701048E08ED6705417E96BA5500", Hex(session.Wrap(new(0, 0xB0, 0, 0, default, 4)).Encode()));
        Assert.True(session.TryUnwrap(Response("8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000"), out var head));
        Assert.Equal("60145F01", Hex(head.Data.Span));
        Assert.Equal("0CB000040D9701128E082EA28A70F3C7B53500", Hex(session.Wrap(new(0, 0xB0, 0, 4, default, 0x12)).Encode()));
        Assert.True(session.TryUnwrap(Response("871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000"), out var rest));
        Assert.StartsWith("04303130365F36063034303030305C026175", Hex(rest.Data.Span));
    }

    [Fact]
    public void D4_an_answer_with_one_changed_bit_is_refused()
    {
        var session = new SecureMessaging(SessionCipher.TripleDes, Hex("979EC13B1CBFE9DCD01AB0FED307EAE5"), Hex("F1CB1F1FB5ADF208806B89DC579DC1F8"), Hex("887022120C06C227"));

        Assert.False(session.TryUnwrap(Response("990290018E08FA855A5D4C50A8ED9000"), out _));
    }

    private static ChipResponse Response(string hex) => ChipResponse.TryRead(Hex(hex), out var response) ? response : default;

    private static readonly PaceInfo Generic = new("0.4.0.127.0.7.2.2.4.2.2", PaceMapping.Generic, true, SessionCipher.Aes128, 2, 13);
    private static readonly PaceInfo Integrated = new("0.4.0.127.0.7.2.2.4.4.2", PaceMapping.Integrated, true, SessionCipher.Aes128, 2, 13);

    [Fact]
    public void G1_PACE_with_generic_mapping_over_a_curve()
    {
        var key = AccessKey.FromFields("T22000129", "640812", "101031")!;
        Assert.Equal("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD", Hex(key.Secret));
        var password = ChipCipher.DeriveKey(SessionCipher.Aes128, key.Secret, 3);
        Assert.Equal("89DED1B26624EC1E634C1989302849DD", Hex(password));
        var nonce = ChipCipher.Decrypt(SessionCipher.Aes128, password, new byte[16], Hex("95A3A016522EE98D01E76CB6B98B42C3"));
        Assert.Equal("3F00C4D39D153F2B2A214A078D899B22", Hex(nonce));

        var group = (EcAgreement)Agreement.Standardised(13)!;
        var terminal = Hex("7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99");
        var chipPublic = Hex("04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54");
        Assert.Equal("047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D", Hex(group.Public(terminal)));
        Assert.StartsWith("60332EF2450B5D247EF6D3868397D398", Hex(EcPoint.Bytes(group.Multiply(terminal, chipPublic)!.Value.X, 32)));
        var mapped = (EcAgreement)group.MapGeneric(nonce, terminal, chipPublic)!;
        Assert.StartsWith("8CED63C91426D4F0EB1435E7CB1D74A4", Hex(EcPoint.Bytes(mapped.Generator!.Value.X, 32)));
        // Both sides come to the same generator.
        var chip = group.MapGeneric(nonce, Hex("498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560"), group.Public(terminal));
        Assert.Equal(mapped.Generator, ((EcAgreement)chip!).Generator);

        var own = Hex("A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595");
        var ownPublic = mapped.Public(own);
        Assert.Equal("042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462", Hex(ownPublic));
        var peer = mapped.Public(Hex("107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A"));
        Assert.StartsWith("049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB", Hex(peer));
        var secret = mapped.Secret(own, peer);
        Assert.Equal("28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925", Hex(secret));
        Assert.Equal("F5F0E35C0D7161EE6724EE513A0D9A7F", Hex(ChipCipher.DeriveKey(SessionCipher.Aes128, secret, 1)));
        var mac = ChipCipher.DeriveKey(SessionCipher.Aes128, secret, 2);
        Assert.Equal("FE251C7858B356B24514B3BD5F4297D1", Hex(mac));
        Assert.Equal("C2B0BD78D94BA866", Hex(Pace.Token(Generic, mapped, mac, peer)));
        Assert.Equal("3ABB9674BCE93C08", Hex(Pace.Token(Generic, mapped, mac, ownPublic)));
    }

    [Fact]
    public void H1_PACE_with_integrated_mapping_over_a_curve()
    {
        var nonce = Hex("2923BE84E16CD6AE529049F1F1BBE9EB");
        var other = Hex("5DD4CBFC96F5453B130D890A1CDBAE32");
        Assert.Equal("143DC40C08C8E891FBED7DEDB92B64AD", Hex(ChipCipher.Encrypt(SessionCipher.Aes128, Hex("591468CDA83D65219CCCB8560233600F"), new byte[16], nonce)));
        Assert.StartsWith("E4447E2DFB3586BAC05DDB00156B57FBB2179A3949294C97254189800C517BAA8DA0FF397ED8C445D3E421E4FEB57322",
            Hex(Agreement.Pseudorandom(SessionCipher.Aes128, nonce, other, 256)));

        var mapped = (EcAgreement)Agreement.Standardised(13)!.MapIntegrated(SessionCipher.Aes128, nonce, other)!;
        Assert.Equal("8E82D31559ED0FDE92A4D0498ADD3C23BABA94FB77691E31E90AEA77FB17D4274C1AE14BD0C3DBAC0C871B7F3608169364437CA30AC243A089D3F266C1E60FAD",
            Hex(mapped.Generator!.Value.Encode(mapped.Group))[2..]);

        var chip = Hex("107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A");
        var terminal = Hex("A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595");
        Assert.Equal("0467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8932B69A962B52A0985AD2C0A271EE6A13A8ADDDCD1A3A994B9DED257F4D22753", Hex(mapped.Public(chip)));
        Assert.Equal("0489CBA23FFE96AA18D824627C3E934E54A9FD0B87A95D1471DC1C0ABFDCD640D46755DE9B7B778280B6BEBD57439ADFEB0E21FD4ED6DF42578C13418A59B34C37", Hex(mapped.Public(terminal)));
        var secret = mapped.Secret(terminal, mapped.Public(chip));
        Assert.Equal("4F150FDE1D4F0E38E95017B891BAE17133A0DF45B0D3E18B60BA7BEAFDC2C713", Hex(secret));
        Assert.Equal("0D3FEB33251A6370893D62AE8DAAF51B", Hex(ChipCipher.DeriveKey(SessionCipher.Aes128, secret, 1)));
        var mac = ChipCipher.DeriveKey(SessionCipher.Aes128, secret, 2);
        Assert.Equal("B01E89E3D9E8719E586B50B4A7506E0B", Hex(mac));
        Assert.Equal("75D4D96E8D5B0308", Hex(Pace.Token(Integrated, mapped, mac, mapped.Public(terminal))));
        Assert.Equal("450F02B86F6A0909", Hex(Pace.Token(Integrated, mapped, mac, mapped.Public(chip))));
    }
}
