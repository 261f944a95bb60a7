using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core;

/// <summary>What every part of a node stands on, with the three seams of a test: clock, randomness and line.</summary>
/// <param name="Store">The durable state.</param>
/// <param name="Membership">Who is who.</param>
/// <param name="Sealer">Encrypts bodies at rest.</param>
/// <param name="Clock">The time.</param>
/// <param name="Randomness">Salts, ids, secrets.</param>
public sealed record NodeContext(NodeStore Store, Membership Membership, BodySealer Sealer, TimeProvider Clock, Randomness Randomness)
{
    /// <summary>Until when what is remembered of officers, tokens and sessions holds.</summary>
    public AccessMemory Access { get; } = new();

    /// <summary>The time now, UTC.</summary>
    public DateTimeOffset Now => Clock.GetUtcNow();
}
