using System.Security.Cryptography;
using Comity.Emrtd.Access;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Signatures;
using Comity.Emrtd.Tests.Inspection;

namespace Comity.Emrtd.Tests.Access;

/// <summary>How a chip misbehaves.</summary>
internal enum Misbehaviour
{
    None,
    RefusesPace,
    WrongPaceToken,
    ReflectsPaceKey,
    BadMac,
    ClaimsEndlessFile,
    GivesNothing,
    Vanishes,
}

/// <summary>A chip in memory: the other side of every protocol, written from the standard.</summary>
internal sealed class TestChip : IChipTransport
{
    private readonly byte[] _challenge = RandomNumberGenerator.GetBytes(8);
    private SecureMessaging? _session;
    private SecureMessaging? _next;
    private EmrtdFile? _selected;
    private bool _inApplication;
    private int _commands;
    private SessionCipher _chipCipher;
    private (IAgreement Group, byte[] Nonce, byte[] MappingPrivate, IAgreement? Mapped, byte[] Private, byte[] Peer)? _pace;

    public Dictionary<EmrtdFile, ReadOnlyMemory<byte>> Files { get; init; } = [];

    public AccessKey? Key { get; init; }

    public bool AllowsBac { get; init; } = true;

    public PaceInfo? Pace { get; init; }

    /// <summary>The group and private key of chip authentication.</summary>
    public (IAgreement Group, byte[] Private)? ChipKey { get; init; }

    public RSA? ActiveKey { get; init; }

    public Misbehaviour Misbehaviour { get; init; }

    /// <summary>At which command it begins to misbehave, where that matters.</summary>
    public int From { get; init; }

    public bool TryTransmit(ReadOnlySpan<byte> command, out ReadOnlyMemory<byte> response)
    {
        response = default;
        _commands++;
        if (Misbehaviour == Misbehaviour.Vanishes && _commands > From) return false;
        var plain = Decode(command.ToArray());
        var protectedBy = _session;
        if (protectedBy is not null && (plain.Class & 0x0C) == 0x0C)
        {
            if (!protectedBy.TryReadCommand(plain, out plain))
            {
                _session = null;
                response = new byte[] { 0x69, 0x88 };
                return true;
            }
        }
        else if (protectedBy is not null) (_session, protectedBy) = (null, null);

        var answer = Execute(plain);
        if (protectedBy is not null) answer = protectedBy.WrapResponse(answer, (plain.Instruction & 1) == 1) with { Status = 0x9000 };
        if (_next is not null) (_session, _next) = (_next, null);
        byte[] bytes = [.. answer.Data.Span, (byte)(answer.Status >> 8), (byte)answer.Status];
        if (Misbehaviour == Misbehaviour.BadMac && protectedBy is not null && _commands > From) bytes[^4] ^= 1;
        response = bytes;
        return true;
    }

    private static ChipCommand Decode(byte[] c)
    {
        var rest = c.AsMemory(4);
        if (rest.IsEmpty) return new(c[0], c[1], c[2], c[3]);
        if (rest.Length == 1) return new(c[0], c[1], c[2], c[3], default, rest.Span[0] == 0 ? 256 : rest.Span[0]);
        var extended = rest.Span[0] == 0;
        if (extended && rest.Length == 3) return new(c[0], c[1], c[2], c[3], default, Length(rest.Span[1..]));
        var length = extended ? (rest.Span[1] << 8) | rest.Span[2] : rest.Span[0];
        var data = rest.Slice(extended ? 3 : 1, length);
        var tail = rest[((extended ? 3 : 1) + length)..].Span;
        return new(c[0], c[1], c[2], c[3], data, tail.IsEmpty ? 0 : tail.Length == 1 ? (tail[0] == 0 ? 256 : tail[0]) : Length(tail));
    }

    private static int Length(ReadOnlySpan<byte> two) => ((two[0] << 8) | two[1]) is var n && n == 0 ? 65_536 : n;

    private static ChipResponse Status(int status) => new(default, status);

    private static ChipResponse Ok(byte[] data) => new(data, 0x9000);

    private ChipResponse Execute(ChipCommand c) => (c.Instruction, c.P1) switch
    {
        (0xA4, 4) => SelectApplication(),
        (0xA4, 2) => Select((c.Data.Span[0] << 8) | c.Data.Span[1]),
        (0xB0, _) => ReadBinary((c.P1 << 8) | c.P2, c.Expected, odd: false),
        (0xB1, _) => ReadBinary(c.Data.Span[2..].ToArray().Aggregate(0, (n, b) => (n << 8) | b), c.Expected - 8, odd: true),
        (0x84, _) => Ok(_challenge),
        (0x82, _) => BasicAccess(c),
        (0x22, 0xC1) => SetPace(c),
        (0x22, 0x41) => SetChip(c),
        (0x86, _) => _session is null ? PaceStep(c) : AgreeChip(c.Data.Span[4..].ToArray()),
        (0x88, _) => ActiveKey is null ? Status(0x6D00) : Ok(ActiveAuthenticationTests.AnswerRsa(ActiveKey, DigestName.Sha256, c.Data.ToArray())),
        _ => Status(0x6D00),
    };

    private ChipResponse SelectApplication()
    {
        (_inApplication, _selected) = (true, null);
        return Status(0x9000);
    }

    private ChipResponse Select(int identifier)
    {
        foreach (var file in Files.Keys)
        {
            if (EmrtdFiles.IdentifierOf(file) != identifier || file is EmrtdFile.CardAccess or EmrtdFile.CardSecurity == _inApplication) continue;
            if (_inApplication && Key is not null && _session is null) return Status(0x6982);
            _selected = file;
            return Status(0x9000);
        }
        return Status(0x6A82);
    }

    private ChipResponse ReadBinary(int offset, int expected, bool odd)
    {
        if (_selected is not { } file) return Status(0x6986);
        var content = Files[file].ToArray();
        if (Misbehaviour == Misbehaviour.ClaimsEndlessFile && file == EmrtdFile.Dg2) content = [0x75, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, .. content];
        if (offset >= content.Length) return Status(0x6B00);
        if (Misbehaviour == Misbehaviour.GivesNothing && offset > 0) return Status(0x9000);
        var part = content[offset..Math.Min(content.Length, offset + expected)];
        return Ok(odd ? TlvWriter.Of(0x53, part) : part);
    }

    private ChipResponse BasicAccess(ChipCommand c)
    {
        if (!AllowsBac || Key is null) return Status(0x6985);
        if (new BasicAccess.Exchange(Key, new byte[24], _challenge).Answer(c.Data.Span, RandomNumberGenerator.GetBytes(16)) is not var (response, session)) return Status(0x6300);
        _next = session;
        return Ok(response);
    }

    private ChipResponse SetPace(ChipCommand c)
    {
        if (Pace is null || Misbehaviour == Misbehaviour.RefusesPace) return Status(0x6A80);
        var password = c.Data.Span.IndexOf((ReadOnlySpan<byte>)[0x83, 1, (byte)(Key!.IsZone ? 1 : 2)]);
        if (password < 0) return Status(0x6A88);
        _pace = (Agreement.Standardised(Pace.Parameters!.Value)!, RandomNumberGenerator.GetBytes(Pace.Cipher is SessionCipher.Aes192 or SessionCipher.Aes256 ? 32 : 16), [], null, [], []);
        return Status(0x9000);
    }

    private ChipResponse PaceStep(ChipCommand c)
    {
        if (_pace is not { } p || Pace is null) return Status(0x6985);
        var template = new TlvReader(c.Data, 0, null);
        template.TryNext(out var outer);
        var inside = outer.Inside();
        if (!inside.TryNext(out var element))
        {
            var password = ChipCipher.DeriveKey(Pace.Cipher, Key!.Secret, 3);
            return Dynamic(0x80, ChipCipher.Encrypt(Pace.Cipher, password, new byte[ChipCipher.BlockOf(Pace.Cipher)], p.Nonce));
        }
        var value = element.Value.ToArray();
        switch (element.Tag)
        {
            case 0x81 when Pace.Mapping == PaceMapping.Integrated:
                _pace = p with { Mapped = p.Group.MapIntegrated(Pace.Cipher, p.Nonce, value) };
                return Dynamic(0x82, []);
            case 0x81:
                var own = p.Group.NewPrivate(RandomNumberGenerator.Fill);
                _pace = p with { MappingPrivate = own, Mapped = p.Group.MapGeneric(p.Nonce, own, value) };
                return Dynamic(0x82, p.Group.Public(own));
            case 0x83:
                var ephemeral = p.Mapped!.NewPrivate(RandomNumberGenerator.Fill);
                _pace = p with { Private = ephemeral, Peer = value };
                return Dynamic(0x84, Misbehaviour == Misbehaviour.ReflectsPaceKey ? value : p.Mapped.Public(ephemeral));
            default:
                return FinishPace(p.Group, p.Mapped!, p.MappingPrivate, p.Private, p.Peer, value);
        }
    }

    private ChipResponse FinishPace(IAgreement group, IAgreement mapped, byte[] mapping, byte[] own, byte[] peer, byte[] token)
    {
        var secret = mapped.Secret(own, peer)!;
        var encryption = ChipCipher.DeriveKey(Pace!.Cipher, secret, 1);
        var authentication = ChipCipher.DeriveKey(Pace.Cipher, secret, 2);
        if (!Emrtd.Access.Pace.Token(Pace, mapped, authentication, mapped.Public(own)).AsSpan().SequenceEqual(token)) return Status(0x6300);
        var answer = Emrtd.Access.Pace.Token(Pace, mapped, authentication, peer);
        if (Misbehaviour == Misbehaviour.WrongPaceToken) answer[0] ^= 1;
        _next = new(Pace.Cipher, encryption, authentication);
        byte[] disclosed = [];
        if (Pace.Mapping == PaceMapping.ChipAuthentication)
        {
            // Chip authentication data: the mapping key divided by the static key, modulo the order.
            var order = EcPoint.Number(((EcAgreement)group).Group.Numbers.Order);
            var number = EcPoint.Number(mapping) * EcPoint.Inverse(EcPoint.Number(ChipKey!.Value.Private), order) % order;
            var plain = ChipCipher.Pad(EcPoint.Bytes(number, ((EcAgreement)group).Group.OrderBytes), 16);
            disclosed = TlvWriter.Of(0x8A, ChipCipher.Encrypt(Pace.Cipher, encryption, Emrtd.Access.Pace.DisclosureVector(Pace.Cipher, encryption), plain));
        }
        return Ok(TlvWriter.Of(0x7C, TlvWriter.Of(0x86, answer), disclosed));
    }

    private static ChipResponse Dynamic(uint tag, byte[] value) => Ok(TlvWriter.Of(0x7C, TlvWriter.Of(tag, value)));

    private ChipResponse SetChip(ChipCommand c)
    {
        if (ChipKey is null) return Status(0x6A88);
        if (c.P2 == 0xA6)
        {
            _chipCipher = SessionCipher.TripleDes;
            var reader = new TlvReader(c.Data, 0, null);
            reader.TryNext(out var key);
            return AgreeChip(key.Value.ToArray());
        }
        _chipCipher = c.Data.Span[c.Data.Span[1] + 1] switch { 2 => SessionCipher.Aes128, 3 => SessionCipher.Aes192, _ => SessionCipher.Aes256 };
        return Status(0x9000);
    }

    private ChipResponse AgreeChip(byte[] peer)
    {
        var at = peer.AsSpan().IndexOf((byte)4);
        if (ChipKey!.Value.Group is EcAgreement && at > 0) peer = peer[at..];
        if (ChipKey.Value.Group.Secret(ChipKey.Value.Private, peer) is not { } secret) return Status(0x6300);
        _next = SecureMessaging.FromSecret(_chipCipher, secret);
        return _chipCipher == SessionCipher.TripleDes ? Status(0x9000) : Ok(TlvWriter.Of(0x7C));
    }
}
