// SPDX-License-Identifier: MIT
// Threads that send each other words of 4 bytes, while garbage is collected. Prints how many were sent.
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;

public class Rounds {
	static final int CLIENTS = 8, ROUNDS = 400;

	static void answer(Socket socket) {
		try (socket) {
			var in = new DataInputStream(socket.getInputStream());
			var out = new DataOutputStream(socket.getOutputStream());
			var word = new byte[4];
			for (int i = 0; i < ROUNDS; i++) {
				in.readFully(word);
				out.write(word);
			}
		} catch (Exception e) {
			throw new RuntimeException(e);
		}
	}

	static void ask(InetAddress address, int port) {
		try (var socket = new Socket(address, port)) {
			socket.setTcpNoDelay(true);
			var in = new DataInputStream(socket.getInputStream());
			var out = new DataOutputStream(socket.getOutputStream());
			var said = ByteBuffer.allocate(4);
			var heard = ByteBuffer.allocate(4);
			for (int i = 0; i < ROUNDS; i++) {
				out.write(said.putInt(0, i).array());
				var garbage = new byte[100000];
				in.readFully(heard.array());
				if (heard.getInt(0) != i + garbage[0])
					throw new Exception("another word");
			}
		} catch (Exception e) {
			throw new RuntimeException(e);
		}
	}

	public static void main(String[] unused) throws Exception {
		var address = InetAddress.getLoopbackAddress();
		var threads = new ArrayList<Thread>();
		try (var listener = new ServerSocket(0, 50, address)) {
			int port = listener.getLocalPort();
			for (int i = 0; i < CLIENTS; i++) {
				var client = new Thread(() -> ask(address, port));
				client.start();
				var socket = listener.accept();
				socket.setTcpNoDelay(true);
				var server = new Thread(() -> answer(socket));
				server.start();
				threads.add(client);
				threads.add(server);
			}
			for (var thread : threads)
				thread.join();
		}
		System.out.println("sent " + 2 * CLIENTS * ROUNDS);
	}
}
