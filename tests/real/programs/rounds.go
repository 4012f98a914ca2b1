// SPDX-License-Identifier: MIT
// Goroutines that send each other words of 4 bytes, while the garbage collector runs and goroutines are
// preempted by signals. Prints how many were sent.
package main

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"time"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func answer(c net.Conn) {
	word := make([]byte, 4)
	for {
		if _, err := io.ReadFull(c, word); err != nil {
			c.Close()
			return
		}
		_, err := c.Write(word)
		must(err)
	}
}

func ask(address string, rounds int) {
	c, err := net.Dial("tcp", address)
	must(err)
	heard := make([]byte, 4)
	for i := 0; i < rounds; i++ {
		said := []byte(fmt.Sprintf("%04d", i%10000))
		_, err = c.Write(said)
		must(err)
		_, err = io.ReadFull(c, heard)
		must(err)
		if string(said) != string(heard) {
			panic("another word")
		}
	}
	c.Close()
}

func main() {
	const clients, rounds = 20, 500
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(c)
		}
	}()
	over := make(chan bool)
	go func() {
		for garbage := 0; ; garbage++ {
			select {
			case <-over:
				return
			case <-time.After(time.Millisecond):
				runtime.GC()
			}
		}
	}()
	var all sync.WaitGroup
	for i := 0; i < clients; i++ {
		all.Add(1)
		go func() { defer all.Done(); ask(listener.Addr().String(), rounds) }()
	}
	all.Wait()
	over <- true
	fmt.Println("sent", 2*clients*rounds)
}
