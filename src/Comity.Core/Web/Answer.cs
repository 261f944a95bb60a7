using Comity.Core.Exchange;
using Comity.Core.Registers;
using Microsoft.AspNetCore.Http;

namespace Comity.Core.Web;

/// <summary>What a slice answers, whoever asks: the API makes JSON of it, a page makes a page.</summary>
/// <typeparam name="T">What there is to say where it was done.</typeparam>
public abstract record Answer<T>
{
    private Answer()
    {
    }

    /// <summary>It was done.</summary>
    public sealed record Given(T Value) : Answer<T>;

    /// <summary>It waits for a second person.</summary>
    /// <param name="Value">What there is to say.</param>
    /// <param name="Approval">The proposal.</param>
    public sealed record Waiting(T Value, string Approval) : Answer<T>;

    /// <summary>It was refused as a whole.</summary>
    public sealed record Refused(Problem Problem) : Answer<T>;

    /// <summary>Fields of the question cannot be used; nothing was done.</summary>
    public sealed record Faulty(IReadOnlyList<FieldFault> Faults) : Answer<T>;

    /// <summary>It was done.</summary>
    public static implicit operator Answer<T>(T value) => new Given(value);

    /// <summary>It was refused.</summary>
    public static implicit operator Answer<T>(Problem problem) => new Refused(problem);

    /// <summary>It was refused for a known reason.</summary>
    public static implicit operator Answer<T>(ProblemKind kind) => new Refused(Problem.Of(kind));

    /// <summary>One field cannot be used.</summary>
    public static implicit operator Answer<T>(FieldFault fault) => new Faulty([fault]);

    /// <summary>As the API says it.</summary>
    public IResult ToResult() => this switch
    {
        Given given => TypedResults.Ok(given.Value),
        Waiting waiting => TypedResults.Accepted($"/api/v1/approvals/{waiting.Approval}", waiting.Value),
        Refused refused => Api.Refuse(refused.Problem),
        Faulty faulty => Api.Invalid(faulty.Faults.Select(fault => (fault.Field, fault.Reason))),
        _ => throw new InvalidOperationException("An answer is one of four."),
    };
}
