using System.Security.Cryptography;
using Comity.Emrtd.Inspection;
using Comity.Emrtd.Lds;

namespace Comity.Emrtd.Access;

/// <summary>How far a reading has come.</summary>
/// <param name="File">The file being read.</param>
/// <param name="Read">Bytes of it read.</param>
/// <param name="Total">Bytes of it in all.</param>
public readonly record struct ReadProgress(EmrtdFile File, int Read, int Total);

/// <summary>What to read, and how.</summary>
public sealed record ReadOptions
{
    /// <summary>The groups to leave out. Default: fingers and irises, which need terminal authentication.</summary>
    public IReadOnlySet<EmrtdFile> LeaveOut { get; init; } = new HashSet<EmrtdFile> { EmrtdFile.Dg3, EmrtdFile.Dg4 };

    /// <summary>How often a file is tried again after the radio failed; 0 to 5. Default: 1.</summary>
    public int Retries { get; init; } = 1;

    /// <summary>How many bytes a READ BINARY asks for. Default: 223.</summary>
    public int ReadLength { get; init; } = 223;

    /// <summary>Where random bytes come from. Default: the operating system.</summary>
    public RandomFill Random { get; init; } = RandomNumberGenerator.Fill;
}

/// <summary>What was read of a chip, with the evidence that an <see cref="Inspector"/> judges.</summary>
/// <param name="Outcome">How it ended. What was read before a failure is kept.</param>
/// <param name="Files">The files.</param>
/// <param name="Access">How the chip was opened; none where it was not.</param>
/// <param name="ChipAuthentication">What came of chip authentication; none where not offered.</param>
/// <param name="ActiveAuthentication">What the chip answered to a challenge; none where not offered.</param>
public sealed record ReadResult(
    ChipOutcome Outcome,
    IReadOnlyDictionary<EmrtdFile, ReadOnlyMemory<byte>> Files,
    AccessEvidence? Access,
    ChipAuthenticationEvidence? ChipAuthentication,
    ActiveAuthenticationEvidence? ActiveAuthentication)
{
    /// <summary>The context of an inspection at a point in time.</summary>
    public InspectionContext ContextAt(DateTimeOffset at) => new(at) { Access = Access, ChipAuthentication = ChipAuthentication, ActiveAuthentication = ActiveAuthentication };
}

/// <summary>Reads a travel document's chip from opening to challenge (Doc 9303-11 §4 and §6).</summary>
public sealed class ChipReader(IChipTransport transport, ReadOptions? options = null)
{
    private readonly ReadOptions _options = options ?? new();
    private readonly Dictionary<EmrtdFile, ReadOnlyMemory<byte>> _files = [];
    private ChipSession _session = new(transport);

    /// <summary>Opens the chip with PACE where it offers PACE, else with basic access control; reads what it lists; authenticates the chip.</summary>
    /// <param name="key">What is printed on the document.</param>
    /// <param name="progress">Told as bytes come.</param>
    /// <param name="cancel">Stops between two commands.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ReadResult Read(AccessKey key, Action<ReadProgress>? progress = null, CancellationToken cancel = default)
    {
        _files.Clear();
        _session = new(transport) { ReadLength = _options.ReadLength };
        var opened = Open(key, out var access, out var pace);
        if (!opened.IsSuccess) return new(opened, _files, null, null, null);

        var outcome = ReadFiles(progress, cancel);
        var chip = Authenticate(pace);
        // Under the session of chip authentication, so that a relay cannot answer the challenge for another chip.
        var active = chip is { Succeeded: false } ? null : Challenge();
        return new(outcome, _files, access, chip, active);
    }

    private ChipOutcome Open(AccessKey key, out AccessEvidence? access, out PaceResult? pace)
    {
        pace = null;
        access = null;
        var infos = _session.Read(EmrtdFile.CardAccess, out var card) is { IsSuccess: true } ? SecurityInfos.Read(card, new("EF.CardAccess")) : null;
        if (!card.IsEmpty) _files[EmrtdFile.CardAccess] = card;
        var offered = infos?.Pace ?? [];
        var failed = false;
        // The chip lists what it prefers in no order; mappings that prove the chip come first, and stronger ciphers.
        foreach (var info in offered.OrderByDescending(i => i.Mapping == PaceMapping.ChipAuthentication).ThenByDescending(i => i.Cipher))
        {
            var outcome = Pace.Open(_session, info, key, _options.Random, out pace);
            if (outcome.IsSuccess)
            {
                access = new(AccessProtocol.Pace, true, failed);
                return _session.SelectApplication();
            }
            if (outcome.Fault == ChipFault.Unsupported) continue;
            failed = true;
            if (outcome.Fault == ChipFault.Lost || !key.IsZone) return outcome;
            break;
        }

        _session.Secure(null);
        var selected = _session.SelectApplication();
        if (!selected.IsSuccess) return selected;
        var basic = key.IsZone ? BasicAccess.Open(_session, key, _options.Random) : new(ChipFault.Unsupported, 0);
        if (basic.IsSuccess) access = new(AccessProtocol.Bac, offered.Count > 0, failed);
        else if (_session.Read(EmrtdFile.Com, out _).IsSuccess) access = new(AccessProtocol.None, offered.Count > 0, failed);
        else return basic;
        return new(ChipFault.None);
    }

    private ChipOutcome ReadFiles(Action<ReadProgress>? progress, CancellationToken cancel)
    {
        var outcome = ReadOne(EmrtdFile.Com, progress, cancel);
        var signed = ReadOne(EmrtdFile.Sod, progress, cancel);
        if (!signed.IsSuccess) return signed;
        var sod = SecurityObject.Read(_files[EmrtdFile.Sod], new("EF.SOD"));
        var listed = _files.ContainsKey(EmrtdFile.Com) ? ChipContent.Read(Only(EmrtdFile.Com)).Com!.Groups : [];
        // What is signed counts, and what is listed without being signed is read to be told.
        foreach (var group in (sod?.Hashes.Keys ?? []).Union(listed).Except(_options.LeaveOut).Order())
        {
            var read = ReadOne(group, progress, cancel);
            if (read.Fault is ChipFault.Lost or ChipFault.Tampered) return read;
            if (!read.IsSuccess && outcome.IsSuccess) outcome = read;
        }
        return outcome;
    }

    private Dictionary<EmrtdFile, ReadOnlyMemory<byte>> Only(EmrtdFile file) => new() { [file] = _files[file] };

    private ChipOutcome ReadOne(EmrtdFile file, Action<ReadProgress>? progress, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            var outcome = _session.Read(file, out var content, progress is null ? null : (read, total) => progress(new(file, read, total)), cancel);
            if (outcome.IsSuccess) _files[file] = content;
            // A changed answer under session keys ends the session for good; only a plain failure is worth another try.
            if (outcome.IsSuccess || attempt >= _options.Retries || outcome.Fault is not (ChipFault.Malformed or ChipFault.LimitReached)) return outcome;
        }
    }

    private ChipAuthenticationEvidence? Authenticate(PaceResult? pace)
    {
        if (!_files.ContainsKey(EmrtdFile.Dg14) || ChipContent.Read(Only(EmrtdFile.Dg14)).Dg14 is not { } infos || infos.ChipKeys.Count == 0) return null;
        if (pace?.ChipAuthentication is { } disclosed && infos.ChipKeys.FirstOrDefault(k => Pace.Proves(disclosed, k.Key)) is { } proven)
            return new(proven.Key.Raw, true);
        var outcome = ChipAuthentication.Run(_session, infos, _options.Random, out var key, out _);
        return key is null || outcome.Fault == ChipFault.Unsupported ? null : new(key.Key.Raw, outcome.IsSuccess);
    }

    private ActiveAuthenticationEvidence? Challenge()
    {
        if (!_files.ContainsKey(EmrtdFile.Dg15)) return null;
        var challenge = new byte[8];
        _options.Random(challenge);
        var outcome = _session.Send(new(0, 0x88, 0, 0, challenge, 256), out var response);
        return new(challenge, outcome.IsSuccess ? response.Data : default);
    }
}
