// SPDX-License-Identifier: MIT
import java.io.*;
import java.net.*;
import java.nio.*;
import java.nio.channels.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server with one selector and many blocking clients, datagrams, a local socket and processes;
 * meanwhile what the virtual machine uses SIGSEGV for: null checks, stack overflows and safepoints.
 */
public class Selector {
	static final int CLIENTS = 100;

	static void read(SelectionKey key) throws IOException {
		SocketChannel channel = (SocketChannel) key.channel();
		ByteBuffer buffer = ByteBuffer.allocate(4096);
		if (channel.read(buffer) < 0) {
			channel.close();
			return;
		}
		buffer.flip();
		while (buffer.hasRemaining())
			channel.write(buffer);
	}

	static void serve(java.nio.channels.Selector selector, ServerSocketChannel server) {
		try {
			while (selector.isOpen()) {
				selector.select();
				for (SelectionKey key : selector.selectedKeys()) {
					if (key.isAcceptable()) {
						SocketChannel channel = server.accept();
						channel.configureBlocking(false);
						channel.register(selector, SelectionKey.OP_READ);
					} else {
						read(key);
					}
				}
				selector.selectedKeys().clear();
			}
		} catch (ClosedSelectorException | java.util.ConcurrentModificationException end) {
			// The main thread says so.
		} catch (IOException problem) {
			System.out.println("server: " + problem);
		}
	}

	static boolean ask(int port, int i) throws IOException {
		byte[] text = ("client " + i + " ").repeat(i + 1).getBytes(StandardCharsets.UTF_8);
		try (Socket socket = new Socket("127.0.0.1", port)) {
			socket.getOutputStream().write(text);
			return Arrays.equals(socket.getInputStream().readNBytes(text.length), text);
		}
	}

	static void echo() throws Exception {
		java.nio.channels.Selector selector = java.nio.channels.Selector.open();
		ServerSocketChannel server = ServerSocketChannel.open();
		server.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false);
		server.register(selector, SelectionKey.OP_ACCEPT);
		Thread serving = new Thread(() -> serve(selector, server));
		serving.start();
		int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
		ExecutorService clients = Executors.newFixedThreadPool(20);
		AtomicInteger good = new AtomicInteger();
		for (int i = 0; i < CLIENTS; i++) {
			int number = i;
			clients.submit(() -> ask(port, number) ? good.incrementAndGet() : 0);
		}
		clients.shutdown();
		clients.awaitTermination(60, TimeUnit.SECONDS);
		selector.close();
		serving.join();
		server.close();
		System.out.println("echoes " + good);
	}

	static void datagrams() throws IOException {
		try (DatagramChannel one = DatagramChannel.open(); DatagramSocket two = new DatagramSocket()) {
			one.bind(new InetSocketAddress("127.0.0.1", 0));
			byte[] text = "datagram".getBytes(StandardCharsets.UTF_8);
			two.send(new DatagramPacket(text, text.length, one.getLocalAddress()));
			ByteBuffer got = ByteBuffer.allocate(100);
			one.receive(got);
			System.out.println(new String(got.array(), 0, got.position(), StandardCharsets.UTF_8));
		}
	}

	static int length(String text) {
		return text.length();
	}

	/** Compiled, the null check of length() is a SIGSEGV. */
	static void nullChecks() {
		int caught = 0;
		long sum = 0;
		for (int i = 0; i < 300000; i++) {
			try {
				sum += length(i % 1000 == 999 ? null : "text");
			} catch (NullPointerException expected) {
				caught++;
			}
		}
		System.out.println("null checks " + caught + " " + sum);
	}

	static int deep(int n) {
		return deep(n + 1) + 1;
	}

	static void overflows() {
		int caught = 0;
		for (int i = 0; i < 5; i++) {
			try {
				deep(0);
			} catch (StackOverflowError expected) {
				caught++;
			}
		}
		System.out.println("stack overflows " + caught);
	}

	/** Threads that never call anything are stopped at a page that cannot be read. */
	static void safepoints() throws Exception {
		Thread[] busy = new Thread[3];
		long[] sums = new long[busy.length];
		for (int t = 0; t < busy.length; t++) {
			int own = t;
			busy[t] = new Thread(() -> {
				for (long i = 0; i < 60000000L; i++)
					sums[own] += i & 3;
			});
			busy[t].start();
		}
		for (int i = 0; i < 5; i++)
			System.gc();
		for (Thread thread : busy)
			thread.join();
		System.out.println("sums " + Arrays.toString(sums));
	}

	static void process() throws Exception {
		Process shell = new ProcessBuilder("sh", "-c", "read word; echo $word; exit 5").start();
		shell.getOutputStream().write("word\n".getBytes(StandardCharsets.UTF_8));
		shell.getOutputStream().close();
		String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
		System.out.println(said + " " + shell.waitFor());
	}

	public static void main(String[] arguments) throws Exception {
		echo();
		datagrams();
		nullChecks();
		overflows();
		safepoints();
		process();
		try (Socket nobody = new Socket("127.0.0.1", 1)) {
			System.out.println("connected");
		} catch (ConnectException refused) {
			System.out.println("refused");
		}
		System.exit(3);
	}
}
