using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

public sealed class PluralCallTests
{
    private readonly Attempt[] _attempts = [.. Enumerable.Range(0, 1000).Select(_ => Specs.NewAttempt(Specs.Valid()))];
    private int _calls;

    [Theory]
    [InlineData(0)]
    [InlineData(517)]
    [InlineData(999)]
    public async Task One_of_a_thousand_that_throws_is_found_and_the_others_have_their_answers(int bad)
    {
        IReadOnlyList<PluralAnswer<string>> answers = await AskAsync(attempt => attempt == _attempts[bad]);
        Assert.Equal([bad], Enumerable.Range(0, answers.Count).Where(at => answers[at].Answer is null));
        Assert.True(answers[bad].IsItsOwn);
        Assert.All(_attempts.Index().Where(one => one.Index != bad), one => Assert.Equal(one.Item.Identity, answers[one.Index].Answer));
        Assert.InRange(_calls, 1, 21);
    }

    [Fact]
    public async Task Where_all_throw_the_number_of_calls_is_bounded_and_nobody_is_blamed_alone()
    {
        IReadOnlyList<PluralAnswer<string>> answers = await AskAsync(_ => true);
        Assert.InRange(_calls, 1, 200);
        Assert.All(answers, answer => Assert.NotNull(answer.Exception));
        Assert.All(answers, answer => Assert.False(answer.IsItsOwn));
    }

    [Fact]
    public async Task A_backend_that_is_away_is_away_for_all_of_them()
    {
        await Assert.ThrowsAsync<JobManagerUnavailableException>(() => PluralCall.AskAsync<string>(
            _attempts, _ => throw new JobManagerUnavailableException("away"), (_, _) => true, CancellationToken.None));
    }

    [Fact]
    public async Task An_answer_about_another_attempt_is_none()
    {
        IReadOnlyList<PluralAnswer<string>> answers = await PluralCall.AskAsync(
            _attempts[..4],
            attempts => Task.FromResult<IReadOnlyList<string>>(
                [.. attempts.Select(attempt => attempt == _attempts[2] ? "another" : attempt.Identity)]),
            (answer, attempt) => answer == attempt.Identity,
            CancellationToken.None);
        Assert.Equal([false, false, true, false], answers.Select(answer => answer.Answer is null));
    }

    private Task<IReadOnlyList<PluralAnswer<string>>> AskAsync(Func<Attempt, bool> isBad) => PluralCall.AskAsync(
        _attempts,
        attempts =>
        {
            _calls++;
            return attempts.Any(isBad)
                ? throw new InvalidOperationException("a fault")
                : Task.FromResult<IReadOnlyList<string>>([.. attempts.Select(attempt => attempt.Identity)]);
        },
        (_, _) => true,
        CancellationToken.None);
}
