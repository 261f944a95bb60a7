using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TransparencyLog.Tests;

public class Ed25519Tests
{
    // RFC 8032 section 7.1, tests 1 to 3.
    public static TheoryData<string, string, string, string> Rfc8032 => new()
    {
        {
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        },
        {
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        },
        {
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        },
    };

    [Theory]
    [MemberData(nameof(Rfc8032))]
    public void Keys_and_signatures_are_those_of_RFC_8032(string seed, string publicKey, string message, string signature)
    {
        using var key = new Ed25519PrivateKey(Convert.FromHexString(seed));

        Assert.Equal(publicKey, Convert.ToHexStringLower(key.PublicKey.AsSpan()));
        Assert.Equal(signature, Convert.ToHexStringLower(key.Sign(Convert.FromHexString(message))));
        Assert.True(key.PublicKey.Verify(Convert.FromHexString(message), Convert.FromHexString(signature)));
    }

    [Fact]
    public void A_signature_verifies_and_one_with_a_flipped_bit_does_not()
    {
        using var key = new Ed25519PrivateKey(SHA256.HashData("a seed"u8));
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[], ushort>((message, bit) =>
        {
            var signature = key.Sign(message);
            var verifies = key.PublicKey.Verify(message, signature);
            signature[bit / 8 % 64] ^= (byte)(1 << (bit % 8));
            return verifies && !key.PublicKey.Verify(message, signature);
        }));
    }

    [Fact]
    public void A_signature_of_another_length_is_refused()
    {
        using var key = new Ed25519PrivateKey(new byte[32]);
        var signature = key.Sign("m"u8);

        Assert.False(key.PublicKey.Verify("m"u8, []));
        Assert.False(key.PublicKey.Verify("m"u8, signature.AsSpan(0, 63)));
        Assert.False(key.PublicKey.Verify("m"u8, [.. signature, 0]));
    }

    [Fact]
    public void A_signature_whose_scalar_is_not_below_the_order_is_refused()
    {
        // RFC 8032 section 5.1.7: S must be below L. S + L would verify under a lax reader: a second spelling of one signature.
        using var key = new Ed25519PrivateKey(new byte[32]);
        var signature = key.Sign("m"u8);
        var order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        var carry = 0;
        for (var i = 0; i < 32; i++)
        {
            carry += signature[32 + i] + order[i];
            signature[32 + i] = (byte)carry;
            carry >>= 8;
        }

        Assert.False(key.PublicKey.Verify("m"u8, signature));
    }

    [Fact]
    public void Keys_of_another_length_are_refused()
    {
        Assert.False(Ed25519PublicKey.TryCreate(new byte[31], out _));
        Assert.False(Ed25519PublicKey.TryCreate(new byte[33], out _));
        Assert.Throws<ArgumentException>(() => new Ed25519PrivateKey(new byte[31]));
    }

    [Fact]
    public void Bytes_that_are_no_point_verify_nothing_and_do_not_throw() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gens.Bytes(32), Gens.Bytes(64), (publicKey, signature) =>
            Ed25519PublicKey.TryCreate(publicKey, out var key) && !key.Verify("m"u8, signature)));

    [Fact]
    public void The_public_key_outlives_the_private_one()
    {
        var key = new Ed25519PrivateKey(new byte[32]);
        var signature = key.Sign("m"u8);
        key.Dispose();

        Assert.True(key.PublicKey.Verify("m"u8, signature));
        Assert.Throws<ObjectDisposedException>(() => key.Sign("m"u8));
    }

    [Fact]
    public void One_key_serves_many_threads()
    {
        using var key = new Ed25519PrivateKey(new byte[32]);
        Parallel.For(0, 400, i =>
        {
            var message = BitConverter.GetBytes(i);
            var signature = key.Sign(message);
            Assert.True(key.PublicKey.Verify(message, signature));
            Assert.False(key.PublicKey.Verify(BitConverter.GetBytes(i + 1), signature));
        });
    }

    [Fact]
    public void Keys_are_equal_by_their_bytes()
    {
        using var one = new Ed25519PrivateKey(new byte[32]);
        using var same = new Ed25519PrivateKey(new byte[32]);
        using var other = new Ed25519PrivateKey([.. new byte[31], 1]);

        Assert.Equal(one.PublicKey, same.PublicKey);
        Assert.NotEqual(one.PublicKey, other.PublicKey);
    }
}
