// Dapr's own daprd (cmd/daprd/main.go is the same single call) plus one name resolver.
//
// Without Kubernetes, daprd finds other apps by multicast DNS. That leaves loopback, and two stacks on one machine would
// answer for each other's app-ids. Dapr's SQLite resolver does neither (a file per stack), but its stock registration is
// behind the build tag `allcomponents`, which compiles some hundred components that are not wanted here.
package main

import (
	"github.com/dapr/components-contrib/nameresolution/sqlite"
	"github.com/dapr/dapr/cmd/daprd/app"
	"github.com/dapr/dapr/pkg/components/nameresolution"
)

func main() {
	nameresolution.DefaultRegistry.RegisterComponent(sqlite.NewResolver, "sqlite")
	app.Run()
}
