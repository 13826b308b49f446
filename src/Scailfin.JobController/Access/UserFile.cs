using System.Security.Cryptography;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Access;

/// <summary>users.json in the data directory, changed by the command line only; it holds digests, never a token.</summary>
internal sealed class UserFile(DataDirectory data, TimeProvider time)
{
    private const UnixFileMode OnlyMine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan LockBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(50);

    /// <exception cref="IOException">The file cannot be used.</exception>
    public IReadOnlyList<UserToken> List()
    {
        try
        {
            return UserFileFormat.Read(WatchedFile<IReadOnlyList<UserToken>>.Read(data.UsersFile));
        }
        catch (FileNotFoundException)
        {
            return [];
        }
        catch (InvalidDataException exception)
        {
            throw new IOException($"{data.UsersFile} is {exception.Message}", exception);
        }
    }

    /// <summary>Makes one more token for a user, and returns it: it is seen here and nowhere else.</summary>
    public async Task<string> CreateAsync(string user, bool administrator, int? days, CancellationToken cancellationToken)
    {
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset? expires = days is { } count ? now.AddDays(count) : null;
        await ChangeAsync(
            tokens => [.. tokens, new UserToken(user, administrator, AdministratorToken.Digest(token), now, expires)], cancellationToken);
        return token;
    }

    /// <summary>Takes all tokens of a user away, and returns how many those were.</summary>
    public async Task<int> RevokeAsync(string user, CancellationToken cancellationToken)
    {
        int before = 0, after = 0;
        await ChangeAsync(
            tokens =>
            {
                IReadOnlyList<UserToken> left = [.. tokens.Where(token => token.User != user)];
                (before, after) = (tokens.Count, left.Count);
                return left;
            },
            cancellationToken);
        return before - after;
    }

    private async Task ChangeAsync(Func<IReadOnlyList<UserToken>, IReadOnlyList<UserToken>> change, CancellationToken cancellationToken)
    {
        data.Create();
        await using FileStream exclusive = await LockAsync(cancellationToken);
        byte[] text = UserFileFormat.Write(change(List()));

        // Written aside and renamed: the service never reads half a file.
        string aside = data.UsersFile + ".new";
        File.Delete(aside);
        await using (var file = new FileStream(
            aside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OnlyMine }))
        {
            await file.WriteAsync(text, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, data.UsersFile, overwrite: true);
    }

    /// <summary>Two commands at once would each write what they read, and one change would be lost.</summary>
    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(
                    data.UsersFile + ".lock",
                    new FileStreamOptions
                    {
                        Mode = FileMode.OpenOrCreate,
                        Access = FileAccess.ReadWrite,
                        Share = FileShare.None,
                        UnixCreateMode = OnlyMine,
                    });
            }
            catch (IOException) when (time.GetElapsedTime(begin) < LockBound)
            {
                await Task.Delay(LockPause, time, cancellationToken);
            }
        }
    }
}
