using Comity.Core.Access.Officers;
using Comity.Core.Members;

namespace Comity.Core.Requests.Kinds.Reading;

/// <summary>Who drafts and who approves where an act does not say otherwise.</summary>
/// <param name="Drafts">Roles.</param>
/// <param name="Approves">Roles; empty where one person is enough.</param>
internal sealed record Hands(IReadOnlyList<Role> Drafts, IReadOnlyList<Role> Approves);

/// <summary>The hands of both sides.</summary>
internal sealed record Who(Hands Asking, Hands Asked)
{
    /// <summary>The hands of a side; for either side those who ask, whose act it mostly is.</summary>
    public Hands Of(Side side) => side == Side.Asked ? Asked : Asking;
}

/// <summary>Reads acts and their fields.</summary>
internal static class ActReader
{
    private const int MostRoles = 20;
    private const long LargestFile = 2L << 30;

    public static Who ReadWho(KindPart part)
    {
        part.Knows("asking", "asked");
        return new Who(ReadHands(part["asking"]), ReadHands(part["asked"]));
    }

    private static Hands ReadHands(KindPart part)
    {
        part.Knows("drafts", "approves");
        return new Hands(ReadRoles(part["drafts"], 1), ReadRoles(part["approves"], 0));
    }

    private static List<Role> ReadRoles(KindPart part, int least) => part.List(least, MostRoles, one =>
    {
        if (Roles.TryParse(one.Text(Kebab.MaxLength), out var role))
        {
            return role;
        }

        one.Fault($"must be one of {string.Join(", ", Roles.All.Select(known => known.Text()))}");
        return default;
    });

    public static KindAct Read(string name, KindPart part, Who who)
    {
        part.Knows("en", "fr", "help", "by", "step", "drafts", "approves", "after", "repeats", "fields");
        var by = part["by"].OneOf<Side>();
        return new KindAct
        {
            Name = name,
            Step = part["step"].OneOf<RequestStep>(),
            By = by,
            Title = part.Words(),
            Help = part["help"].WordsOrNull(),
            Drafts = part["drafts"].IsPresent ? ReadRoles(part["drafts"], 1) : who.Of(by).Drafts,
            Approves = part["approves"].IsPresent ? ReadRoles(part["approves"], 0) : who.Of(by).Approves,
            After = part["after"].Names(0, 20),
            Repeats = part["repeats"].Flag(),
            Fields = part["fields"].Entries(0, KindRules.MostFields, ReadField),
        };
    }

    private static KindField ReadField(string name, KindPart part)
    {
        part.Knows("en", "fr", "help", "type", "required", "when", "list", "at-most", "max", "min", "choices", "outside", "register", "leaves");
        var type = part["type"].OneOf<FieldType>();
        var isList = part["list"].Flag();
        return new KindField
        {
            Name = name,
            Type = type,
            Label = part.Words(),
            Help = part["help"].WordsOrNull(),
            Required = part["required"].Flag(instead: true),
            When = part["when"].IsPresent ? ReadWhen(part["when"]) : null,
            IsList = isList,
            Max = ReadMax(part, type),
            Min = part["min"].Number(0, long.MaxValue, 0),
            MaxItems = isList ? (int)part["at-most"].Number(1, KindField.MostItems, 20) : 1,
            Choices = part["choices"].Entries(0, 60, ReadChoice),
            Outside = part["outside"].Flag(),
            Register = part["register"].IsPresent && RegisterName.TryParse(part["register"].Name(), out var register) ? register : null,
            Leaves = part["leaves"].OneOf(Leaving.WithAct),
        };
    }

    private static long ReadMax(KindPart part, FieldType type) => type switch
    {
        FieldType.Text or FieldType.Subject => part["max"].Number(1, KindField.LongestLine, KindField.LongestLine),
        FieldType.LongText => part["max"].Number(1, KindField.LongestText, KindField.LongestText),
        FieldType.Number => part["max"].Number(0, long.MaxValue, int.MaxValue),
        FieldType.Attachment => part["max"].Number(1, LargestFile, 256L << 20),
        _ => 0,
    };

    private static FieldChoice ReadChoice(string name, KindPart part)
    {
        part.Knows("en", "fr");
        return new FieldChoice(name, part.Words());
    }

    private static FieldCondition ReadWhen(KindPart part)
    {
        part.Knows("field", "is");
        return new FieldCondition(part["field"].Name(), part["is"].Names(1, 30));
    }
}
