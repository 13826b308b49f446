using System.CommandLine;
using Scailfin.Cli.Output;
using Scailfin.JobController.Access;
using Scailfin.JobController.Settings;

namespace Scailfin.Cli.CommandLine;

/// <summary>
/// <c>scailfin tokens</c>: whom a standalone service lets in. It works on the data directory, whether or not the service runs.
/// </summary>
internal static class TokensCommand
{
    private const int MostDays = 36_500;

    public static Command Create() => new("tokens", "Create, list and revoke users' tokens.") { CreateOne(), List(), Revoke() };

    private static Command CreateOne()
    {
        Argument<string> user = User();
        var admin = new Option<bool>("--admin") { Description = "The user sees and stops everybody's jobs." };
        var days = new Option<int?>("--days") { Description = "After so many days it is refused; without, never." };
        var command = new Command("create", "Make a token. It is shown once and kept nowhere.") { user, admin, days };
        command.SetAction((parsed, outer) => With(
            async (file, cancellation) =>
            {
                string name = parsed.GetRequiredValue(user);
                bool administrator = parsed.GetValue(admin);
                if (parsed.GetValue(days) is < 1 or > MostDays)
                    return await Invocation.ErrorAsync(
                        $"--days is '{parsed.GetValue(days)}', but must be from 1 to {MostDays}.", ExitCodes.Usage);
                if (!UserName.IsValid(name))
                    return await Invocation.ErrorAsync($"USER is '{Lines.OneLine(name)}', but must be {UserName.Rule}.", ExitCodes.Usage);
                if (UserName.IsReserved(name, administrator))
                    return await Invocation.ErrorAsync($"The name {name} is the administrator's; it needs --admin.", ExitCodes.Usage);
                await Console.Out.WriteLineAsync(await file.CreateAsync(name, administrator, parsed.GetValue(days), cancellation));
                return ExitCodes.Well;
            },
            outer));
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Who has a token. The tokens themselves are not known.");
        command.SetAction((_, outer) => With(
            (file, _) =>
            {
                TokensView.List(file.List(), TimeProvider.System.GetUtcNow());
                return Task.FromResult(ExitCodes.Well);
            },
            outer));
        return command;
    }

    private static Command Revoke()
    {
        Argument<string> user = User();
        var command = new Command("revoke", "Revoke all tokens of a user.") { user };
        command.SetAction((parsed, outer) => With(
            async (file, cancellation) =>
            {
                string name = Lines.OneLine(parsed.GetRequiredValue(user));
                int count = await file.RevokeAsync(name, cancellation);
                if (count == 0)
                    return await Invocation.ErrorAsync($"{name} has no token.", ExitCodes.Failed);
                await Console.Out.WriteLineAsync($"Revoked {count} token{(count == 1 ? "" : "s")} of {name}.");
                return ExitCodes.Well;
            },
            outer));
        return command;
    }

    private static Argument<string> User() => new("USER") { Description = "The user's name." };

    private static Task<int> With(Func<UserFile, CancellationToken, Task<int>> action, CancellationToken outer) =>
        Invocation.RunAsync(
            cancellation => action(new UserFile(DataDirectory.FromEnvironment(), TimeProvider.System), cancellation), outer);
}
