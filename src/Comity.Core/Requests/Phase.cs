using System.Text.Json;

namespace Comity.Core.Requests;

/// <summary>How a request stands. The first is the asker's alone: nothing has left yet.</summary>
public enum Phase
{
    /// <summary>Being written.</summary>
    Draft,

    /// <summary>Agreed to by those who must, and on its way to the asked State.</summary>
    Sent,

    /// <summary>The asked State's node has it.</summary>
    Delivered,

    /// <summary>Somebody there has read it.</summary>
    Acknowledged,

    /// <summary>Conditions are offered; the asker decides.</summary>
    Offered,

    /// <summary>The asker has not taken them; the asked State decides.</summary>
    Declined,

    /// <summary>Another authority of the asked State has it now.</summary>
    Transferred,

    /// <summary>It will be done.</summary>
    Accepted,

    /// <summary>It was done; the answer is to come.</summary>
    CarriedOut,

    /// <summary>There is a part of the answer.</summary>
    PartlyAnswered,

    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>It was answered, and the asker said what use was made of it.</summary>
    UseReported,

    /// <summary>It was refused.</summary>
    Refused,

    /// <summary>It cannot be had here, but from another member.</summary>
    TransferredAway,

    /// <summary>The asker took it back.</summary>
    Withdrawn,

    /// <summary>Its term ran out.</summary>
    Expired,

    /// <summary>The asker closed it.</summary>
    Closed,
}

/// <summary>Phases as text.</summary>
public static class Phases
{
    /// <summary>As it is written: <c>sent</c>, <c>partly-answered</c>, …</summary>
    public static string Text(this Phase phase) => JsonNamingPolicy.KebabCaseLower.ConvertName(phase.ToString());

    /// <summary>Whether nothing more is expected of the asked State.</summary>
    public static bool IsOver(this Phase phase) => phase >= Phase.Answered;

    /// <summary>Reads a phase as it is written.</summary>
    public static bool TryParse(string? text, out Phase phase)
    {
        foreach (var known in Enum.GetValues<Phase>())
        {
            if (known.Text() == text)
            {
                phase = known;
                return true;
            }
        }

        phase = default;
        return false;
    }
}
