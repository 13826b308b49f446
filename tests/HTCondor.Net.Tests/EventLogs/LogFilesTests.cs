using HTCondor.Net.EventLogs;

namespace HTCondor.Net.Tests.EventLogs;

/// <summary>The files of a log are looked up while the log is rotated.</summary>
public sealed class LogFilesTests : IDisposable
{
    private readonly string _path = LogWriter.TemporaryPath();
    private int _next;

    public static MatrixTheoryData<int, int> Moves => new([0, 1, 2, 3, 4, 5], [1, 2, 3]);

    public LogFilesTests()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        for (int file = 0; file < 3; file++)
            Rotate();
    }

    [Fact]
    public void Files_are_read_the_oldest_first() => Assert.Equal(["event 1", "event 2", "event 3"], Read(-1, 0));

    /// <summary>The log becomes log.1, then perhaps log.2 and so on, after the look at one of its names and before the next.</summary>
    [Theory]
    [MemberData(nameof(Moves))]
    public void Whenever_files_are_moved_on_meanwhile_none_is_lost_none_is_doubled_and_their_order_holds(int after, int times)
    {
        List<string> read = Read(after, times);
        Assert.Equal(["event 1", "event 2", "event 3"], read.Take(3));
        Assert.Equal(read.Order(), read);
        Assert.Equal(read.Distinct(), read);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    /// <summary>The content of the files, rotated some times after a number of names were looked at.</summary>
    private List<string> Read(int after, int times)
    {
        int looked = 0;
        var files = new LogFiles(_path, 9, name =>
        {
            if (looked++ == after)
            {
                for (int time = 0; time < times; time++)
                    Rotate();
            }

            return LogFile.TryOpen(name);
        });
        var contents = new List<string>();
        foreach (LogFile file in files.From(new JobEventPosition()).Files)
        {
            byte[] bytes = new byte[file.Length];
            contents.Add(System.Text.Encoding.UTF8.GetString(bytes, 0, file.Read(bytes, 0)));
            file.Dispose();
        }

        return contents;
    }

    /// <summary>As HTCondor does with more than one old file: the oldest is moved first.</summary>
    private void Rotate()
    {
        for (int number = 8; number >= 1; number--)
        {
            if (File.Exists($"{_path}.{number}"))
                File.Move($"{_path}.{number}", $"{_path}.{number + 1}");
        }

        if (File.Exists(_path))
            File.Move(_path, $"{_path}.1");
        File.WriteAllText(_path, $"event {++_next}");
    }
}
