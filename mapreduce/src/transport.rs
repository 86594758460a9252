//! From tarpc's messages to bytes on a socket: a frame with a length in front, labgob inside.

use std::{
    fmt, fs, io,
    marker::PhantomData,
    os::unix::fs::FileTypeExt,
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::{Context, Result, bail};
use bytes::{Bytes, BytesMut};
use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
};
use tokio_util::codec::{Decoder, Encoder, Framed, LengthDelimitedCodec};

use crate::files::TEMPORARY_PREFIX;

/// The socket's name if none is given: in the working directory, so that each job has its own.
pub const SOCKET_DEFAULT: &str = "mr-socket";

/// Where the coordinator is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A Unix socket: on this machine only.
    Unix(PathBuf),
    /// Host and port. Whoever can connect can take tasks: for networks one trusts.
    Tcp(String),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once("://") {
            Some(("tcp", place)) if place.contains(':') => Ok(Self::Tcp(place.into())),
            Some(("tcp", place)) => Err(format!("`{place}` has no port; say tcp://127.0.0.1:7000")),
            Some(("unix", path)) => Ok(Self::Unix(path.into())),
            Some((scheme, _)) => Err(format!("`{scheme}` is unknown; say tcp://HOST:PORT or a path")),
            None if text.is_empty() => Err("an empty path".into()),
            None => Ok(Self::Unix(text.into())),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => path.display().fmt(f),
            Self::Tcp(place) => write!(f, "tcp://{place}"),
        }
    }
}

/// Bytes both ways, over whichever kind of socket.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// A connection that takes in `In` and sends `Out`; as such, a transport of tarpc's.
pub(crate) type Transport<In, Out> = Framed<Box<dyn Wire>, Labgob<In, Out>>;

/// Frames the messages on `wire`.
pub(crate) fn transport<In: DeserializeOwned, Out: Serialize>(wire: Box<dyn Wire>) -> Transport<In, Out> {
    Framed::new(wire, Labgob { frames: LengthDelimitedCodec::new(), types: PhantomData })
}

/// Connects to a coordinator.
pub(crate) async fn connect(address: &Address) -> io::Result<Box<dyn Wire>> {
    Ok(match address {
        Address::Unix(path) => Box::new(UnixStream::connect(path).await?),
        Address::Tcp(place) => {
            let stream = TcpStream::connect(place).await?;
            stream.set_nodelay(true)?;
            Box::new(stream)
        }
    })
}

/// Where workers come in. A Unix socket's file is removed when this is dropped.
pub(crate) struct Listener {
    socket: Socket,
    address: Address,
}

enum Socket {
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Listener {
    pub(crate) async fn bind(address: &Address) -> Result<Self> {
        let socket = match address {
            Address::Unix(path) => {
                check_free(path).await?;
                Socket::Unix(bind_over(path).with_context(|| format!("cannot listen on {address}"))?)
            }
            Address::Tcp(place) => Socket::Tcp(match TcpListener::bind(place).await {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    bail!("{address} is in use: another coordinator, or another program, listens there")
                }
                listener => listener.with_context(|| format!("cannot listen on {address}"))?,
            }),
        };
        let address = match &socket {
            // Port 0 means any port, and somebody will want to know which.
            Socket::Tcp(listener) => Address::Tcp(listener.local_addr()?.to_string()),
            Socket::Unix(_) => address.clone(),
        };
        Ok(Self { socket, address })
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    pub(crate) async fn accept(&self) -> io::Result<Box<dyn Wire>> {
        Ok(match &self.socket {
            Socket::Unix(listener) => Box::new(listener.accept().await?.0),
            Socket::Tcp(listener) => {
                let stream = listener.accept().await?.0;
                stream.set_nodelay(true)?;
                Box::new(stream)
            }
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Address::Unix(path) = &self.address {
            // If somebody was faster there is nothing left to do.
            fs::remove_file(path).ok();
        }
    }
}

/// Refuses a path that belongs to somebody; a socket that nobody answers is what a killed coordinator leaves.
async fn check_free(path: &Path) -> Result<()> {
    let Ok(metadata) = fs::symlink_metadata(path) else { return Ok(()) };
    if !metadata.file_type().is_socket() {
        bail!("{} exists and is not a socket", path.display());
    }
    if UnixStream::connect(path).await.is_ok() {
        bail!("{} is in use by another coordinator", path.display());
    }
    Ok(())
}

/// Listens on `path`, in place of what was there. By rename: workers who wait for us take a missing file for the end of the job.
fn bind_over(path: &Path) -> io::Result<UnixListener> {
    let temporary = path.with_file_name(format!("{TEMPORARY_PREFIX}{}", std::process::id()));
    let listener = UnixListener::bind(&temporary)?;
    if let Err(error) = fs::rename(&temporary, path) {
        fs::remove_file(&temporary).ok();
        return Err(error);
    }
    Ok(listener)
}

/// The codec of one end.
pub(crate) struct Labgob<In, Out> {
    frames: LengthDelimitedCodec,
    types: PhantomData<fn(Out) -> In>,
}

impl<In: DeserializeOwned, Out> Decoder for Labgob<In, Out> {
    type Item = In;
    type Error = io::Error;

    fn decode(&mut self, bytes: &mut BytesMut) -> io::Result<Option<In>> {
        let Some(frame) = self.frames.decode(bytes)? else { return Ok(None) };
        labgob::decode(&frame).map(Some).map_err(io::Error::other)
    }
}

impl<In, Out: Serialize> Encoder<Out> for Labgob<In, Out> {
    type Error = io::Error;

    fn encode(&mut self, message: Out, bytes: &mut BytesMut) -> io::Result<()> {
        let frame = labgob::encode(&message).map_err(io::Error::other)?;
        self.frames.encode(Bytes::from(frame), bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for text in ["tcp://127.0.0.1:7000", "mr-socket", "/var/tmp/x"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        assert_eq!("unix://a/b".parse(), Ok(Address::Unix("a/b".into())));
        assert!("tcp://localhost".parse::<Address>().unwrap_err().contains("no port"));
        assert!("http://x:1".parse::<Address>().unwrap_err().contains("unknown"));
        assert!("".parse::<Address>().is_err());
    }
}
