namespace HTCondor.Net.Worker.Native;

internal sealed unsafe partial class CondorLibrary
{
    private const long SubsystemTool = 12;
    private const int ConfigMeta = 0x1;
    private const int ConfigDoNotExit = 0x100;
    private const int ConfigQuiet = 0x200;

    private delegate* unmanaged<void> _makeLogThreadSafe;
    private delegate* unmanaged<byte*, byte, long, void> _setSubsystem;
    private delegate* unmanaged<int, byte> _configure;
    private delegate* unmanaged<void> _pauseLogBuffering;
    private nint _exceptReporter;

    /// <summary>
    /// Reads HTCondor's configuration; once, before anything else. A syntax error in it ends the process with code 1 and a line on stderr.
    /// </summary>
    /// <returns>Whether there is one.</returns>
    public bool Configure(delegate* unmanaged<byte*, int, byte*, void> exceptReporter)
    {
        *(delegate* unmanaged<byte*, int, byte*, void>*)_exceptReporter = exceptReporter;
        _makeLogThreadSafe();
        using var tool = new NativeText("TOOL");
        _setSubsystem(tool.Pointer, 0, SubsystemTool);
        bool read = _configure(ConfigMeta | ConfigDoNotExit | ConfigQuiet) != 0;
        _pauseLogBuffering();
        return read;
    }

    private void BindStart(SymbolTable symbols)
    {
        _makeLogThreadSafe = (delegate* unmanaged<void>)symbols.Find("_Z24dprintf_make_thread_safev");
        _setSubsystem = (delegate* unmanaged<byte*, byte, long, void>)symbols.Find("_Z15set_mySubSystemPKcb13SubsystemType");
        _configure = (delegate* unmanaged<int, byte>)symbols.Find("_Z9config_exi");
        _pauseLogBuffering = (delegate* unmanaged<void>)symbols.Find("_Z23dprintf_pause_bufferingv");
        _exceptReporter = symbols.Find("_EXCEPT_Reporter");
    }
}
