using Comity.Core.Registers;

namespace Comity.Core.Requests;

/// <summary>What comes of two events of which neither author had seen the other's.</summary>
public enum Outcome
{
    /// <summary>Both stand, and neither touches what the other does.</summary>
    Both,

    /// <summary>Both stand; the first says how the request stands.</summary>
    FirstLast,

    /// <summary>Both stand; the second says how the request stands.</summary>
    SecondLast,

    /// <summary>Only the first stands; the second is overtaken and has no effect.</summary>
    FirstOnly,

    /// <summary>Only the second stands; the first is overtaken and has no effect.</summary>
    SecondOnly,
}

/// <summary>One line of the table: each of the first with each of the second.</summary>
/// <param name="First">Types.</param>
/// <param name="Second">Types.</param>
/// <param name="Outcome">What comes of it.</param>
/// <param name="Reason">Why.</param>
public sealed record ConcurrencyRow(IReadOnlyList<EventType> First, IReadOnlyList<EventType> Second, Outcome Outcome, Words Reason);

/// <summary>The outcome of every pair of concurrent events; docs/protocol/request.md, section 5, shows the same table. The first event of all is concurrent with none.</summary>
/// <remarks>
/// Two sides make one line of events each, so most pairs are one of each side. A pair of one side comes about only where its store was set back:
/// then what gives or binds more holds over what gives or binds less.
/// </remarks>
public static class Concurrency
{
    private static readonly EventType[] Plain = [EventType.Message, EventType.Schedule, EventType.Supply, EventType.ReportUse, EventType.Release];

    private static readonly EventType[] Leading =
    [
        EventType.Deliver, EventType.Acknowledge, EventType.Expire, EventType.Decline, EventType.Take, EventType.Accept, EventType.Offer, EventType.Refuse, EventType.Transfer,
        EventType.CarryOut, EventType.Part, EventType.Withdraw, EventType.Close, EventType.Answer,
    ];

    private static readonly EventType[] Given = [EventType.CarryOut, EventType.Part, EventType.Answer];

    /// <summary>All lines; each pair of types stands in exactly one of them, in one order.</summary>
    public static IReadOnlyList<ConcurrencyRow> Rows { get; } =
    [
        Row([EventType.Message], [.. Plain, EventType.Extend, EventType.Pause, EventType.Resume, .. Leading], Outcome.Both,
            "A message changes nothing but what people know.", "Un message ne change rien, sinon ce que l’on sait."),
        Row([EventType.Schedule], [.. Plain[1..], EventType.Extend, EventType.Pause, EventType.Resume, .. Leading], Outcome.Both,
            "It tells when terms end; it decides nothing.", "Il dit quand les délais échoient ; il ne décide rien."),
        Row([EventType.Supply], [.. Plain[2..], EventType.Extend, EventType.Pause, EventType.Resume, .. Leading], Outcome.Both,
            "What had left has left, and its conditions hold.", "Ce qui est parti est parti, et ses conditions valent."),
        Row([EventType.ReportUse], [.. Plain[3..], EventType.Extend, EventType.Pause, EventType.Resume, .. Leading], Outcome.Both,
            "What use was made of an answer stays true whatever follows.", "L’usage fait d’une réponse reste vrai quoi qu’il suive."),
        Row([EventType.Release], [.. Plain[4..], EventType.Extend, EventType.Pause, EventType.Resume, .. Leading], Outcome.Both,
            "What was given up is gone, whatever else was said meanwhile; both stand on the record.", "Ce qui a été abandonné l’est, quoi qu’on ait dit entre-temps ; les deux sont consignés."),
        Row([EventType.Extend], [EventType.Extend, EventType.Pause, EventType.Resume, .. Leading.Where(type => type != EventType.Expire)], Outcome.Both,
            "More time does not decide what comes of the request.", "Un délai plus long ne décide pas du sort de la demande."),
        Row([EventType.Extend], [EventType.Expire], Outcome.FirstOnly,
            "Time was asked for before it was known that it had run out: the term lives, and the asked State looks at once whether what it kept is still there.",
            "Le délai a été prolongé avant qu’on ne sache qu’il était échu : il court toujours, et l’État requis vérifie aussitôt que ce qu’il conservait existe encore."),
        Row([EventType.Pause], [EventType.Expire], Outcome.FirstOnly, "A clock that stands does not run out.", "Un délai suspendu n’échoit pas."),
        Row([EventType.Pause], [EventType.Resume], Outcome.FirstLast, "In doubt the clock stands until somebody looks.", "Dans le doute, le délai reste suspendu jusqu’à vérification."),
        Row([EventType.Pause], [EventType.Pause], Outcome.Both, "It stands either way.", "Il est suspendu de toute façon."),
        Row([EventType.Resume], [EventType.Resume, EventType.Expire], Outcome.Both, "It runs either way.", "Il court de toute façon."),
        Row([EventType.Pause, EventType.Resume], [.. Leading.Where(type => type != EventType.Expire)], Outcome.Both, "A clock does not decide what comes of the request.", "Un délai ne décide pas du sort de la demande."),

        .. Leading.Select(type => Row([type], [type], Outcome.Both, "They say the same.", "Ils disent la même chose.")),
        Row([EventType.Deliver], Leading[1..], Outcome.SecondLast, "Whatever was done says more than that the node has it.", "Tout acte en dit plus que la simple remise au nœud."),
        Row([EventType.Acknowledge], Leading[2..], Outcome.SecondLast, "Whatever was done says more than that it was read.", "Tout acte en dit plus que la simple lecture."),
        Row([EventType.Expire], [EventType.Decline, EventType.Take, EventType.Accept, EventType.Offer, EventType.Refuse, EventType.Transfer], Outcome.SecondLast,
            "It was done before the end of the term was known, so the request lives.", "L’acte a précédé la connaissance de l’échéance : la demande vit."),
        Row([EventType.Expire], Given, Outcome.SecondLast, "What is given late is given.", "Ce qui est donné tard est donné."),
        Row([EventType.Expire], [EventType.Withdraw, EventType.Close], Outcome.SecondLast, "The asker has ended it.", "Le requérant y a mis fin."),

        Row([EventType.Take], [EventType.Offer], Outcome.SecondOnly,
            "Nothing was supplied yet under the older offer, and who supplies sets the conditions: the asker decides on the newer one.",
            "Rien n’a encore été fourni sous l’offre précédente, et qui fournit fixe les conditions : le requérant statue sur la nouvelle."),
        Row([EventType.Decline], [EventType.Offer], Outcome.SecondLast, "The older offer was declined; the newer one is open.", "L’offre précédente est déclinée ; la nouvelle est ouverte."),
        Row([EventType.Decline], [EventType.Take], Outcome.SecondLast, "Who bound itself is bound.", "Qui s’est lié est lié."),
        Row([EventType.Decline, EventType.Take], [EventType.Accept], Outcome.SecondLast, "The asked State does it without waiting for the conditions; those taken bind all the same.", "L’État requis agit sans attendre les conditions ; celles acceptées lient néanmoins."),
        Row([EventType.Decline], [EventType.Refuse], Outcome.SecondLast, "There is nothing on offer any more.", "Il n’y a plus d’offre."),
        Row([EventType.Take], [EventType.Refuse], Outcome.SecondOnly, "The offer was gone: nothing is supplied, and nothing binds.", "L’offre n’existait plus : rien n’est fourni et rien ne lie."),
        Row([EventType.Decline, EventType.Take], [EventType.Transfer], Outcome.SecondLast, "The authority that has it now decides, knowing what was said of the offer.", "L’autorité désormais saisie décide, instruite de la suite donnée à l’offre."),
        Row([EventType.Decline, EventType.Take], Given, Outcome.SecondLast, "What was given says more; conditions that were taken bind.", "Ce qui a été donné prime ; les conditions acceptées lient."),
        Row([EventType.Decline, EventType.Take], [EventType.Withdraw, EventType.Close], Outcome.SecondLast, "The asker has ended it.", "Le requérant y a mis fin."),

        Row([EventType.Accept], [EventType.Offer, EventType.Refuse], Outcome.SecondLast, "Where a State contradicts itself, what gives less holds until it has given.", "Si un État se contredit, l’acte le plus restrictif vaut tant que rien n’est donné."),
        Row([EventType.Offer], [EventType.Refuse], Outcome.SecondLast, "Where a State contradicts itself, what gives less holds until it has given.", "Si un État se contredit, l’acte le plus restrictif vaut tant que rien n’est donné."),
        Row([EventType.Accept, EventType.Offer, EventType.Refuse], [EventType.Transfer], Outcome.SecondLast, "The authority that has it now decides.", "L’autorité désormais saisie décide."),
        Row([EventType.Accept, EventType.Offer, EventType.Refuse, EventType.Transfer], Given, Outcome.SecondLast, "What was given cannot be taken back by a word.", "Ce qui a été donné ne se reprend pas d’un mot."),
        Row([EventType.Accept, EventType.Offer, EventType.Refuse, EventType.Transfer], [EventType.Withdraw], Outcome.SecondLast,
            "The asker wants it no more; the asked State, and whoever it passed it to, stop.", "Le requérant n’en veut plus ; l’État requis et l’autorité saisie s’arrêtent."),
        Row([EventType.Accept, EventType.Offer, EventType.Refuse, EventType.Transfer], [EventType.Close], Outcome.SecondLast, "The asker has ended it.", "Le requérant y a mis fin."),
        Row([EventType.CarryOut], [EventType.Part, EventType.Answer], Outcome.SecondLast, "The answer says more.", "La réponse en dit plus."),
        Row([EventType.Part], [EventType.Answer], Outcome.SecondLast, "The last part ends it.", "La dernière partie y met fin."),
        Row([EventType.CarryOut, EventType.Part], [EventType.Withdraw], Outcome.SecondLast,
            "What was done or given stands on the record and its conditions bind; nothing more is to be done.", "Ce qui a été fait ou donné est consigné et ses conditions lient ; rien de plus n’est à faire."),
        Row([EventType.CarryOut, EventType.Part], [EventType.Close], Outcome.SecondLast, "It stands on the record of a request that is closed.", "L’acte est consigné dans une demande close."),
        Row([EventType.Withdraw], [EventType.Answer], Outcome.SecondOnly,
            "The answer had been given when the request was taken back: it stands, binds, and is to be accounted for.", "La réponse était donnée quand la demande fut retirée : elle vaut, lie et appelle un compte rendu."),
        Row([EventType.Withdraw], [EventType.Close], Outcome.SecondLast, "Closed is closed.", "Ce qui est clos est clos."),
        Row([EventType.Close], [EventType.Answer], Outcome.SecondLast, "An answer that came after all must be seen by somebody: the request is open until it is closed again.",
            "Une réponse tardive doit être vue : la demande reste ouverte jusqu’à nouvelle clôture."),
    ];

    private static readonly (Outcome Outcome, Words Reason)?[,] Table = Fill();

    /// <summary>What comes of a pair; null where there is none, as with the first event of all.</summary>
    public static (Outcome Outcome, Words Reason)? Of(EventType first, EventType second) => Table[(int)first, (int)second];

    /// <summary>The same outcome seen from the other side.</summary>
    public static Outcome Mirrored(this Outcome outcome) => outcome switch
    {
        Outcome.FirstLast => Outcome.SecondLast,
        Outcome.SecondLast => Outcome.FirstLast,
        Outcome.FirstOnly => Outcome.SecondOnly,
        Outcome.SecondOnly => Outcome.FirstOnly,
        _ => Outcome.Both,
    };

    private static (Outcome, Words)?[,] Fill()
    {
        var table = new (Outcome, Words)?[EventTypes.All.Count, EventTypes.All.Count];
        foreach (var row in Rows)
        {
            foreach (var (first, second) in row.First.SelectMany(first => row.Second.Select(second => ((int)first, (int)second))))
            {
                table[first, second] = (row.Outcome, row.Reason);
                table[second, first] = (row.Outcome.Mirrored(), row.Reason);
            }
        }

        return table;
    }

    private static ConcurrencyRow Row(EventType[] first, IEnumerable<EventType> second, Outcome outcome, string en, string fr) => new(first, [.. second], outcome, new Words(en, fr));
}
