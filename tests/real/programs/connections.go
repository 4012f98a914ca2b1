// SPDX-License-Identifier: MIT
// Many goroutines that talk to each other over all that the netpoller waits for, processes, and signals
// that preempt goroutines.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func serve(listener net.Listener, served *int64) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			io.Copy(connection, connection)
			connection.Close()
			atomic.AddInt64(served, 1)
		}()
	}
}

func ask(network, address, text string) bool {
	connection, err := net.Dial(network, address)
	must(err)
	defer connection.Close()
	go func() {
		io.WriteString(connection, text)
		connection.(interface{ CloseWrite() error }).CloseWrite()
	}()
	got, err := io.ReadAll(connection)
	must(err)
	return string(got) == text
}

// echo has `count` clients at once, each a goroutine on both sides.
func echo(network, where string, count int) {
	var served, good int64
	var clients sync.WaitGroup
	listener, err := net.Listen(network, where)
	must(err)
	go serve(listener, &served)
	for i := 0; i < count; i++ {
		clients.Add(1)
		go func(i int) {
			defer clients.Done()
			if ask(network, listener.Addr().String(), strings.Repeat("x", 37*i+1)) {
				atomic.AddInt64(&good, 1)
			}
		}(i)
	}
	clients.Wait()
	listener.Close()
	fmt.Println(network, good)
}

func datagrams() {
	one, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(err)
	two, err := net.Dial("udp", one.LocalAddr().String())
	must(err)
	text := make([]byte, 100)
	for i := 0; i < 20; i++ {
		fmt.Fprintf(two, "datagram %d", i)
		length, _, err := one.ReadFrom(text)
		must(err)
		if string(text[:length]) != fmt.Sprint("datagram ", i) {
			fmt.Println("lost", i)
		}
	}
	one.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	_, _, err = one.ReadFrom(text)
	fmt.Println("datagrams, then", err.(net.Error).Timeout())
}

// compute keeps all processors busy, so that the runtime preempts by SIGURG, while one talks.
func compute() {
	var wait sync.WaitGroup
	var sum int64
	for i := 0; i < 4; i++ {
		wait.Add(1)
		go func() {
			var own int64
			for n := int64(0); n < 20000000; n++ {
				own += n & 3
			}
			atomic.AddInt64(&sum, own)
			wait.Done()
		}()
	}
	echo("tcp", "127.0.0.1:0", 20)
	wait.Wait()
	fmt.Println("sum", sum)
}

func processes() {
	var wait sync.WaitGroup
	var good int64
	for i := 0; i < 10; i++ {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			output, err := exec.Command("sh", "-c", fmt.Sprint("echo ", i)).Output()
			if err == nil && string(output) == fmt.Sprintln(i) {
				atomic.AddInt64(&good, 1)
			}
		}(i)
	}
	wait.Wait()
	err := exec.Command("sh", "-c", "exit 6").Run()
	fmt.Println("processes", good, err)
}

func main() {
	folder, err := os.MkdirTemp("", "")
	must(err)
	defer os.RemoveAll(folder)
	echo("tcp", "127.0.0.1:0", 200)
	echo("unix", filepath.Join(folder, "socket"), 100)
	datagrams()
	compute()
	processes()
	_, err = net.Dial("tcp", "127.0.0.1:1")
	fmt.Println(strings.Contains(err.Error(), "refused"))
}
